"""What is on record in the parts it is read in: each panel's values, then what was asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dashboard.clinical import clearance
from dashboard.findings.lines import Line
from dashboard.findings.panels import panels
from dashboard.findings.reviews import GROUPS

OTHER = "Other"


@dataclass(frozen=True)
class Part:
    """One part with its lines."""

    title: str
    lines: tuple[Line, ...]

    @property
    def told(self) -> tuple[Line, ...]:
        """What is shown at once: of what was asked, all that is not a plain no."""
        return tuple(line for line in self.lines if not self._is_plain(line))

    @property
    def plain(self) -> tuple[Line, ...]:
        """What was asked and is a plain no."""
        return tuple(line for line in self.lines if self._is_plain(line))

    def _is_plain(self, line: Line) -> bool:
        return line.is_plain_no and self.title in GROUPS.values()


def parted(lines: Iterable[Line]) -> tuple[Part, ...]:
    """Part lines by the panel or review they belong to, in the order of panels and rows."""
    found: dict[str, list[Line]] = {title: [] for title in _titles()}
    for line in lines:
        found[_title(line.kind)].append(line)
    order = [row.kind.name for panel in panels().values() for row in panel.rows]
    for mine in found.values():
        mine.sort(key=lambda line: order.index(line.kind) if line.kind in order else len(order))
    return tuple(Part(title, tuple(mine)) for title, mine in found.items() if mine)


def _titles() -> tuple[str, ...]:
    return (*(panel.title for panel in panels().values()), *GROUPS.values(), OTHER)


def _title(kind: str) -> str:
    for panel in panels().values():
        if any(row.kind.name == kind for row in panel.rows):
            return panel.title
    known = clearance.ruleset().kinds.get(kind)
    return GROUPS.get(known.review, OTHER) if known else OTHER
