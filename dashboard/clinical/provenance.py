"""Where a number or a sentence comes from, and how well it was verified."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.clinical.clearance.verdicts import Standing
from dashboard.clinical.sections import Section


@dataclass(frozen=True)
class Provenance:
    """The section of a reference, or the publication, that says it.

    `standing` is None where the reference gives the figure without a mark.
    """

    source: str
    standing: Standing | None

    @property
    def words(self) -> str:
        """How well it is known."""
        return self.standing.words if self.standing else "not marked in the reference"


@dataclass(frozen=True)
class Sourced:
    """A sentence for people, with what it rests on."""

    words: str
    provenance: Provenance


def provenance_of(section: Section, *, of: str = "") -> Provenance:
    """Read `source` and `standing` of a table, or of one key of it: `KEY_source`, `KEY_standing`.

    A data file gives both.
    """
    start = f"{of}_" if of else ""
    return Provenance(section.text(f"{start}source"), section.choice(f"{start}standing", Standing))
