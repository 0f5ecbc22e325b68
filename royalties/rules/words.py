"""Rules in words, as members read them."""

from decimal import Decimal

from royalties.rules.splits import WHOLE_BP, Split
from stockcoop.kernel.money import Money


def percent(basis_points: int) -> str:
    """As in "50 %", "12.5 %", "33.33 %"."""
    return f"{(Decimal(basis_points) / 100).normalize():f} %"


def why(
    *,
    licence_kind: str,
    price: Money,
    coop_rate_bp: int,
    weight: int,
    weights: int,
    amount: Money,
    rate: str = "",
) -> str:
    """Why a member got `amount` of a sale, in one line; `rate` are the words of the rule."""
    rule = (
        f"{licence_kind.capitalize()} licence at {price}: "
        f"{percent(coop_rate_bp)} to the co-op, {percent(WHOLE_BP - coop_rate_bp)} to the artists"
    )
    if rate and rate != licence_kind:
        rule = f"{rule} ({rate})"
    share = "all of it yours" if weight == weights else f"{weight} of {weights} parts yours"
    return f"{rule}, {share}: {amount}"


def steps(split: Split, coop_rate_bp: int, licence_kind: str, rate: str = "") -> list[str]:
    """The rule that a sale followed, one sentence a step; `rate` are the words of the rule."""
    weights = sum(part.weight for part in split.parts)
    sentences = [f"The rate: {rate}."] if rate else []
    sentences += [
        f"The co-op keeps {percent(coop_rate_bp)} of a {licence_kind} licence: "
        f"{percent(coop_rate_bp)} of {split.price} is {split.coop}."
    ]
    if len(split.parts) == 1:
        return [*sentences, f"The rest, {split.artists}, goes to the one artist of the work."]
    return [
        *sentences,
        f"The rest, {split.artists}, is shared by {len(split.parts)} co-creators "
        f"in {weights} parts, to the last cent.",
    ]
