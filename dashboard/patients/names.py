"""Names as people write them, and the keys that put them in order and find them again.

A key is the name without case, accents and punctuation: "O'Neil", "O’NEIL" and "oneil" are one key,
and so are "Łukasz" and "lukasz". It serves order, search and the search for doubles, never display.
"""

from __future__ import annotations

import unicodedata

LONGEST = 170  # the key columns' length
PLAIN = str.maketrans(  # letters that do not decompose into a base letter and an accent
    {
        "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ŧ": "t",
        "ı": "i", "ŋ": "n",
    }
)  # fmt: skip
JOINED = frozenset("'’‘ʼʻ`´′＇.·")  # left out: O'Neil is ONeil, J.R. is JR
INVISIBLE = frozenset({"Cf", "Cc", "Cs", "Co", "Cn"})
JOINERS = frozenset("\u200c\u200d")  # some scripts are written with them
AFTER_ALL = "\U0010ffff"  # comes after every character that a key can hold


def key_of(text: str) -> str:
    """Return the key of a name or of typed words."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    kept = "".join(_kept(c) for c in folded.translate(PLAIN))
    return " ".join(kept.split())[:LONGEST].rstrip()


def name_key(*, family: str, given: str) -> str:
    """Return the key a list is ordered by: family name, then given name."""
    return key_of(f"{family} {given}")


def given_key(*, family: str, given: str) -> str:
    """Return the key that begins with the given name."""
    return key_of(f"{given} {family}")


def prefix_range(key: str) -> tuple[str, str]:
    """Return the range of keys that begin with a key: from the first on, before the second."""
    return key, key + AFTER_ALL


def plain_name(text: str) -> str:
    """Return a typed name in one line, without characters that turn or hide the text around it."""
    seen = "".join(c for c in text if c in JOINERS or unicodedata.category(c) not in INVISIBLE)
    return " ".join(seen.split())


def reads_as_name(text: str) -> bool:
    """Whether something is left of a name to order and find it by."""
    return any(c.isalpha() for c in key_of(text))


def _kept(character: str) -> str:
    kind = unicodedata.category(character)
    if character in JOINED or kind in INVISIBLE or kind.startswith("M"):
        return ""
    return character if kind[0] in "LN" else " "
