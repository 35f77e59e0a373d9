"""Names as lists order them and searches find them: folded, without accents, singly spaced.

Pure: one function makes the key that is stored, and the same makes the key of what is typed.
"""

from __future__ import annotations

import unicodedata

# Letters that do not decompose into a base letter and an accent.
PLAIN = str.maketrans(
    {
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ı": "i",
        "ħ": "h",
        "ŧ": "t",
    }
)
APART = frozenset(" -\u2010\u2011\u2012\u2013\u2014_,.")
HIGHEST = "\U0010ffff"


def folded(text: str) -> str:
    """Return text as keys hold it: case-folded, accents and apostrophes gone, single spaces."""
    text = unicodedata.normalize("NFKD", text.casefold()).translate(PLAIN)
    letters = (" " if c in APART or c.isspace() else c for c in text)
    kept = "".join(c for c in letters if c == " " or unicodedata.category(c)[0] in "LN")
    return " ".join(kept.split())


def name_key(family: str, given: str) -> str:
    """Return the key that orders the caseload: family name first."""
    return f"{folded(family)} {folded(given)}".strip()[:170]


def given_key(family: str, given: str) -> str:
    """Return the key under which a given name is found."""
    return f"{folded(given)} {folded(family)}".strip()[:170]


def prefix_range(typed: str) -> tuple[str, str] | None:
    """Return the range of keys that begin with what was typed; None when nothing searchable was."""
    start = folded(typed)
    return (start, start + HIGHEST) if start else None
