"""Tax numbers of businesses: their form and check digits, by python-stdnum.

Whether a number exists, and whose it is, only its authority knows: VIES is not asked.
"""

from stdnum.ca import bn
from stdnum.eu import vat as eu_vat
from stdnum.exceptions import ValidationError
from stdnum.gb import vat as gb_vat

_PREFIX = {"GR": "EL"}
_CHECKED = {"GB": gb_vat.validate, "CA": bn.validate}


class BadTaxId(ValueError):
    """The number has not the form of its country, or its check digits are wrong."""


def is_checked(country: str) -> bool:
    """Whether numbers of `country` can be checked at all."""
    return country in _CHECKED or country.lower() in eu_vat.MEMBER_STATES


def checked(country: str, number: str) -> str:
    """`number` as its country writes it: "de 136 695 976" is "DE136695976".

    An EU number may come without the prefix. Raises BadTaxId.
    """
    try:
        if country in _CHECKED:
            bare = number.strip().upper().removeprefix(country)
            return country + str(_CHECKED[country](bare))
        if is_checked(country):
            return _european(_PREFIX.get(country, country), number)
    except ValidationError:
        raise BadTaxId(f"This is not a tax number of {country}: please check it.") from None
    raise BadTaxId(f"Tax numbers of {country} cannot be checked here.")


def _european(prefix: str, number: str) -> str:
    compact = number.replace(" ", "").replace("-", "").replace(".", "").upper()
    if not compact.startswith(prefix):
        compact = prefix + compact
    return str(eu_vat.validate(compact))
