"""WCAG 2.2 AA for the tokens, computed for both themes: 4.5 for text, 3 for controls."""

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).resolve().parents[2] / "stockcoop" / "static" / "css" / "tokens.css"
PAIR = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")
COLOURS = {name: (light, dark) for name, light, dark in PAIR.findall(TOKENS.read_text())}

TEXT = [
    *[
        (ink, ground)
        for ink in ("ink", "ink-quiet", "accent")
        for ground in ("paper", "raised", "sunken")
    ],
    *[(f"{tone}", f"{tone}-wash") for tone in ("good", "warn", "bad", "note")],
    *[(tone, ground) for tone in ("good", "warn", "bad", "note") for ground in ("paper", "raised")],
    ("on-accent", "accent"),
    ("paper", "ink"),
    ("paper", "bad"),
]
CONTROLS = [("line-strong", "paper"), ("line-strong", "raised"), ("accent", "sunken")]


def luminance(colour: str) -> float:
    """Relative luminance. Source: WCAG 2.2, definition of relative luminance."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio, 1 to 21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_can_be_read(ink: str, ground: str, theme: int) -> None:
    assert contrast(COLOURS[ink][theme], COLOURS[ground][theme]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("edge", "ground"), CONTROLS)
def test_the_edge_of_a_control_can_be_seen(edge: str, ground: str, theme: int) -> None:
    assert contrast(COLOURS[edge][theme], COLOURS[ground][theme]) >= 3


def test_black_on_white_is_the_most_there_is() -> None:
    assert round(contrast("#000000", "#ffffff")) == 21
