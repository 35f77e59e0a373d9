"""Words from outside made fit for a chart: no control characters, no disguise, no endless text."""

from __future__ import annotations

import unicodedata

LONGEST = 300  # characters; longer words are cut with an ellipsis

UNFIT = frozenset({"Cc", "Cs", "Cn", "Zl", "Zp"})  # controls, surrogates, unassigned, line ends
OVERRIDES = frozenset(
    "\N{LEFT-TO-RIGHT EMBEDDING}\N{RIGHT-TO-LEFT EMBEDDING}\N{POP DIRECTIONAL FORMATTING}"
    "\N{LEFT-TO-RIGHT OVERRIDE}\N{RIGHT-TO-LEFT OVERRIDE}\N{LEFT-TO-RIGHT ISOLATE}"
    "\N{RIGHT-TO-LEFT ISOLATE}\N{FIRST STRONG ISOLATE}\N{POP DIRECTIONAL ISOLATE}"
)


def clean(words: str) -> str:
    """Return words without what XML forbids or what reorders the text around them."""
    if words.isascii() and words.isprintable() and len(words) <= LONGEST:
        return words
    fit = "".join(" " if _is_unfit(character) else character for character in words[: LONGEST * 2])
    short = " ".join(fit.split())
    return short if len(short) <= LONGEST else short[: LONGEST - 1] + "…"


def _is_unfit(character: str) -> bool:
    """Say whether a character has no business in a label."""
    return character in OVERRIDES or unicodedata.category(character) in UNFIT


def address(href: str) -> str:
    """Return the address of a record in this program; one that leads elsewhere is refused."""
    if href and (not href.startswith("/") or href.startswith("//") or not href.isprintable()):
        raise ValueError(f"not an address of a record: {href!r}")
    return href
