"""A chart's allergies as a list: the stored line "Penicillin: hives (severe); latex" and back.

The line on the chart is the one truth: the banner shows it as it stands, the intake shows and
writes it entry by entry. Any text can be read; what was typed freely keeps every word.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

SEVERITIES = ("mild", "moderate", "severe")
LONGEST = 300  # of the whole line
BETWEEN, AFTER_SUBSTANCE = ";", ":"
NO_MARK = "Write it without colon and semicolon; a comma will do."


class TooLong(ValueError):
    """All allergies together are longer than the chart's line holds."""


@dataclass(frozen=True)
class Allergy:
    """One substance, perhaps with its reaction and severity."""

    substance: str
    reaction: str = ""
    severity: str = ""

    def __str__(self) -> str:
        reaction = f"{AFTER_SUBSTANCE} {self.reaction}" if self.reaction else ""
        return f"{self.substance}{reaction}" + (f" ({self.severity})" if self.severity else "")


def read(line: str) -> tuple[Allergy, ...]:
    """Read a chart's line entry by entry."""
    return tuple(_entry(piece.strip()) for piece in line.split(BETWEEN) if piece.strip())


def substance(text: str) -> str:
    """Take a typed substance; raise ValueError for a mark that would part it."""
    if BETWEEN in text or AFTER_SUBSTANCE in text:
        raise ValueError(NO_MARK)
    return text


def reaction(text: str) -> str:
    """Take a typed reaction; raise ValueError for a mark that would part it."""
    if BETWEEN in text:
        raise ValueError("Write it without semicolon; a comma will do.")
    return text


def written(allergies: Iterable[Allergy]) -> str:
    """Write entries as the chart's line; raise `TooLong`."""
    entries = tuple(allergies)
    line = f"{BETWEEN} ".join(map(str, entries))
    if len(line) > LONGEST:
        raise TooLong(
            f"Shorten the list: all allergies together have {len(line)} characters, and the chart "
            f"holds {LONGEST}."
        )
    return line


def _entry(piece: str) -> Allergy:
    severity = next((s for s in SEVERITIES if piece.casefold().endswith(f" ({s})")), "")
    rest = piece[: -len(severity) - 3].rstrip() if severity else piece
    substance, _, reaction = rest.partition(AFTER_SUBSTANCE)
    if not substance.strip():
        return Allergy(piece.replace(AFTER_SUBSTANCE, ",").strip(", ") or piece)
    return Allergy(substance.strip(), reaction.strip(), severity)
