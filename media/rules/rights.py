"""What a co-op says about machines that would learn from its works: a preference, no fence.

Source: PLUS LDF 1.2 vocabulary "Data Mining"; CAWG training and data mining assertion 1.1.
"""

from dataclasses import dataclass

PLUS_VOCABULARY = "http://ns.useplus.org/ldf/vocab/"

_LEARNING = ("cawg.ai_training", "cawg.ai_generative_training")
_ALL = (*_LEARNING, "cawg.ai_inference", "cawg.data_mining")


@dataclass(frozen=True)
class DataMining:
    """One policy in the words of both standards; `denied` are CAWG's uses, None is silence."""

    plus: str
    denied: tuple[str, ...] | None

    def uses(self) -> dict[str, dict[str, str]]:
        """The entries of a CAWG assertion; empty where nothing is said."""
        if self.denied is None:
            return {}
        return {use: {"use": "notAllowed" if use in self.denied else "allowed"} for use in _ALL}


POLICIES = {
    "unspecified": DataMining("DMI-UNSPECIFIED", None),
    "allowed": DataMining("DMI-ALLOWED", ()),
    "no-ai-training": DataMining("DMI-PROHIBITED-AIMLTRAINING", _LEARNING),
    "no-generative-ai-training": DataMining(
        "DMI-PROHIBITED-GENAIMLTRAINING", ("cawg.ai_generative_training",)
    ),
    "search-engines-only": DataMining("DMI-PROHIBITED-EXCEPTSEARCHENGINEINDEXING", _ALL),
    "prohibited": DataMining("DMI-PROHIBITED", _ALL),
}
"""By the words that the setting DATA_MINING takes."""
