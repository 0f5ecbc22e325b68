"""One spelling for words that a reader would call the same."""

import unicodedata


def tidy(text: str) -> str:
    """NFC, no control characters, single spaces. Idempotent."""
    printable = "".join(
        " " if unicodedata.category(char) in {"Cc", "Zs", "Zl", "Zp"} else char for char in text
    )
    without_halves = printable.encode("utf-8", "ignore").decode()
    return " ".join(unicodedata.normalize("NFC", without_halves).split())


def fold(text: str) -> str:
    """`text` without accents and case, to compare by: "Café" and "cafe" are one. Idempotent."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(char for char in apart if not unicodedata.combining(char))
    return tidy(unicodedata.normalize("NFKC", bare).casefold())
