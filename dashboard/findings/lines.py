"""Findings as pages show them: as typed, in the rules' own unit as well, and what became of them.

Numbers of body size are in no line until the physician asks for them.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from dashboard import formats
from dashboard.clearance.cells import OF_BODY_SIZE, words_of
from dashboard.clinical import clearance
from dashboard.clinical.clearance.kinds import Kind
from dashboard.findings.models import (
    Finding,
    FindingRemoval,
    FindingSet,
    RemovalState,
    Source,
    Way,
)
from dashboard.findings.panels import panels

WITHOUT_UNIT = frozenset({"bool", "result", "level", "score", "count", "ratio"})
HIDDEN = "hidden"
BODY_DOMAINS = frozenset({"anthropometry", "refeeding"})
SOURCES: Mapping[Source, str] = {
    Source.LABORATORY: "laboratory", Source.CLINIC: "measured in the clinic",
    Source.HOME: "measured at home", Source.DEVICE: "device", Source.STATED: "said by the patient",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Line:
    """One finding. `state` is "", "corrected", "removed" or "waiting"; `reason` says why."""

    ref: str
    kind: str
    label: str
    value: str
    canonical: str
    interval: str
    flag: str
    taken: str
    source: str
    entered: str
    question: str
    is_confirmed: bool
    state: str
    reason: str
    is_plain_no: bool

    @property
    def is_struck(self) -> bool:
        """Whether it does not count any more."""
        return self.state == "removed"


@dataclass(frozen=True, kw_only=True)
class Act:
    """One act of entry with its lines."""

    ref: str
    title: str
    taken: str
    entered: str
    laboratory: str
    note: str
    is_asked: bool
    lines: tuple[Line, ...]

    @property
    def told(self) -> tuple[Line, ...]:
        """The lines to show at once: of a review, what is not a plain no."""
        return tuple(line for line in self.lines if not (self.is_asked and line.is_plain_no))

    @property
    def plain(self) -> tuple[Line, ...]:
        """The plain no of a review."""
        return tuple(line for line in self.lines if self.is_asked and line.is_plain_no)


@dataclass(frozen=True)
class Marks:
    """What became of findings: their removals, and by which later finding they are corrected."""

    removals: Mapping[uuid.UUID, FindingRemoval]
    corrected: Mapping[uuid.UUID, Finding]
    sets: Mapping[uuid.UUID, FindingSet]


@cache
def is_of_body_size(kind: str) -> bool:
    """Whether a kind's number stays out of pages until weights are shown."""
    rules = clearance.ruleset().by_variable.get(kind, ())
    return kind in OF_BODY_SIZE or any(rule.domain in BODY_DOMAINS for rule in rules)


def line_of(row: Finding, marks: Marks, *, shows_weight: bool = False) -> Line:
    """Return a finding's line."""
    kind = clearance.ruleset().kinds.get(row.kind)
    hides = is_of_body_size(row.kind) and not shows_weight
    state, reason = _state(row, marks)
    act = marks.sets[row.set_id]
    return Line(
        ref=row.ref, kind=row.kind, label=kind.label if kind else row.kind,
        value=HIDDEN if hides else value_of(row),
        canonical="" if hides else _canonical(row, kind),
        interval="" if hides else _interval(row), flag=row.flag,
        taken=taken(row), source=_source(row),
        entered=f"{act.entered_by_name}, {formats.moment(act.entered_at)}",
        question="" if hides else row.question, is_confirmed=row.is_confirmed,
        state=state, reason=reason, is_plain_no=row.canonical in {"no", "none", "0"} and not state,
    )  # fmt: skip


def act_of(
    act: FindingSet, rows: Iterable[Finding], marks: Marks, *, shows_weight: bool = False
) -> Act:
    """Return an act of entry with its lines."""
    rows = list(rows)
    return Act(
        ref=act.ref, title=title_of(act), taken=taken(rows[0]) if rows else "",
        entered=f"{act.entered_by_name}, {formats.moment(act.entered_at)}",
        laboratory=act.laboratory, note=act.note, is_asked=act.way is Way.ASKED,
        lines=tuple(line_of(row, marks, shows_weight=shows_weight) for row in rows),
    )  # fmt: skip


def title_of(act: FindingSet) -> str:
    """Return what an act of entry is called."""
    panel = panels().get(act.panel)
    if act.way is Way.ASKED:
        return f"Asked: {act.panel}"
    if panel is not None:
        return panel.title
    return act.way.value[:1].upper() + act.way.value[1:]


def value_of(row: Finding) -> str:
    """Write a value as entered, with its unit."""
    has_unit = row.unit not in WITHOUT_UNIT
    return formats.printed(f"{row.entered} {row.unit}".strip()) if has_unit else row.entered


def taken(row: Finding) -> str:
    """Write when a finding was taken, with the zone where the time is known."""
    return (
        formats.moment(row.taken_at, row.zone_name) if row.taken_at else formats.day(row.taken_on)
    )


def _canonical(row: Finding, kind: Kind | None) -> str:
    if kind is None or row.unit == kind.unit or kind.unit in WITHOUT_UNIT or "/" in row.entered:
        return ""
    try:
        value = Fraction(row.canonical)
    except ValueError:
        return ""
    return formats.printed(f"{words_of(value)} {kind.unit}")


def _interval(row: Finding) -> str:
    if row.ref_low and row.ref_high:
        return f"{row.ref_low} to {row.ref_high}"
    return f"from {row.ref_low}" if row.ref_low else f"to {row.ref_high}" if row.ref_high else ""


def _source(row: Finding) -> str:
    words = SOURCES[row.source]
    return f"{words}, {row.measured_by}" if row.measured_by else words


def _state(row: Finding, marks: Marks) -> tuple[str, str]:
    removal, later = marks.removals.get(row.id), marks.corrected.get(row.id)
    instead = f"Corrected to {_later(later)}. " if later is not None else ""
    if removal is not None and removal.state is RemovalState.WAITING:
        return "waiting", f"{instead}{removal.reason} ({removal.asked_by_name})"
    if removal is not None:
        state = "corrected" if later is not None else "removed"
        return state, f"{instead}{removal.reason} ({_who(removal)})"
    both = f"{instead}This one was not taken out: both count." if later is not None else ""
    return "", both


def _later(row: Finding) -> str:
    return HIDDEN if is_of_body_size(row.kind) else value_of(row)


def _who(removal: FindingRemoval) -> str:
    both = [removal.asked_by_name, removal.second_by_name]
    return " and ".join(name for name in both if name)


def newest_of_each(rows: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the newest finding of each kind, of rows that come newest first."""
    found: dict[str, Finding] = {}
    for row in rows:
        found.setdefault(row.kind, row)
    return tuple(found.values())
