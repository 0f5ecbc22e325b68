from django.urls import URLPattern, URLResolver, path

from search.views import crawlers, gallery, results

app_name = "search"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", gallery.home, name="home"),
    path("newest", gallery.newest, name="newest"),
    path("artists/<slug:handle>", gallery.artist, name="artist"),
    path("search", results.results, name="results"),
    path("search/suggest", results.suggest, name="suggest"),
    path("search/similar/<uuid:uuid>", results.similar, name="similar"),
    path("robots.txt", crawlers.robots, name="robots"),
    path("sitemap.xml", crawlers.site_map, name="map"),
    path("sitemap-pages.xml", crawlers.map_pages, name="map_pages"),
    path("sitemap-works-<int:part>.xml", crawlers.map_works, name="map_works"),
]
