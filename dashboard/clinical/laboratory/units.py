"""Units as laboratories spell them, and the spelling that the rule set uses for the same unit.

Nothing here converts a number, and an unknown unit stays unknown.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from dashboard.clinical.laboratory.shipped import lists, shipped
from dashboard.clinical.misfit import Misfit
from dashboard.clinical.sections import Section

FILE = "units-1.toml"
SUPERSCRIPTS = str.maketrans({"²": "^2", "³": "^3", "⁹": "^9", "×": "x", "µ": "u", "μ": "u"})


def unit(printed: str) -> str | None:
    """Return the rule set's spelling of a printed unit; None when it is not known."""
    return spellings().get(plain(printed))


def plain(printed: str) -> str:
    """Return a unit without what spellings differ in: case, blanks, superscripts, micro signs."""
    told = unicodedata.normalize("NFKC", printed.translate(SUPERSCRIPTS)).casefold()
    return "".join(told.translate(SUPERSCRIPTS).split())


@cache
def spellings() -> Mapping[str, str]:
    """Return every known spelling, plain, with the rule set's."""
    return shipped(FILE, read_spellings)


def read_spellings(section: Section) -> Mapping[str, str]:
    """Read the file; raise `Misfit` when one spelling stands for two units."""
    section.text("version"), section.text("source")
    found: dict[str, str] = {}
    for spelled, printed in lists(section, "spellings").items():
        for one in (spelled, *printed):
            if found.setdefault(plain(one), spelled) != spelled:
                raise Misfit(f'"{one}" is two units', at=f"spellings.{spelled}")
    return MappingProxyType(found)
