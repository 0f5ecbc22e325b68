"""Text from outside in files for spreadsheets."""

# A cell that begins like this is a formula to a spreadsheet, in full width to some as well. Titles
# and names come from outside.
_FORMULA = tuple("=+-@\uff1d\uff0b\uff0d\uff20\t\r")


def harmless(text: str) -> str:
    """`text` for a cell, as text even where it begins like a formula, after blanks too."""
    is_formula = text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA)
    return f"'{text}" if is_formula else text
