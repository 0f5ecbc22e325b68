package stockcoop;

import java.util.Map;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.apache.lucene.analysis.snowball.SnowballFilter;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.index.analysis.AbstractIndexAnalyzerProvider;
import org.elasticsearch.index.analysis.AbstractTokenFilterFactory;
import org.elasticsearch.index.analysis.AnalyzerProvider;
import org.elasticsearch.index.analysis.NormalizingTokenFilterFactory;
import org.elasticsearch.index.analysis.TokenFilterFactory;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;
import org.elasticsearch.plugins.AnalysisPlugin;
import org.elasticsearch.plugins.Plugin;
import org.tartarus.snowball.ext.EnglishStemmer;

/**
 * What the module `analysis-common` of the distribution registers and the site uses, under the
 * same names: Lucene's own analyzer `english` and token filters `asciifolding` and `stemmer`.
 */
public class Analysis extends Plugin implements AnalysisPlugin {
    @Override
    public Map<String, AnalysisProvider<TokenFilterFactory>> getTokenFilters() {
        return Map.of(
            "asciifolding", (index, environment, name, settings) -> new Folding(name, settings),
            "stemmer",
            AnalysisPlugin.requiresAnalysisSettings(
                (index, environment, name, settings) -> new Stemmer(name, settings)));
    }

    @Override
    public Map<String, AnalysisProvider<AnalyzerProvider<? extends Analyzer>>> getAnalyzers() {
        return Map.of(
            "english", (index, environment, name, settings) -> new English(name, settings));
    }

    private static class Folding extends AbstractTokenFilterFactory
            implements NormalizingTokenFilterFactory {
        Folding(String name, Settings settings) {
            super(name, settings);
        }

        @Override
        public TokenStream create(TokenStream tokens) {
            return new ASCIIFoldingFilter(tokens);
        }
    }

    /** Only `porter2` of its languages: another is refused, not taken for this one. */
    private static class Stemmer extends AbstractTokenFilterFactory {
        Stemmer(String name, Settings settings) {
            super(name, settings);
            String language = settings.get("language", "porter");
            if (!language.equals("porter2")) {
                throw new IllegalArgumentException("language is not here: " + language);
            }
        }

        @Override
        public TokenStream create(TokenStream tokens) {
            return new SnowballFilter(tokens, new EnglishStemmer());
        }
    }

    private static class English extends AbstractIndexAnalyzerProvider<EnglishAnalyzer> {
        private final EnglishAnalyzer analyzer = new EnglishAnalyzer();

        English(String name, Settings settings) {
            super(name, settings);
        }

        @Override
        public EnglishAnalyzer get() {
            return analyzer;
        }
    }
}
