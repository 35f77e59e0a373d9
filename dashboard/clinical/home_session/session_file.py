"""The rules of a session at home as their file gives them, with the provenance of each."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from dashboard.clinical.clearance.conditions import Condition, condition
from dashboard.clinical.clearance.verdicts import Verdict
from dashboard.clinical.provenance import Provenance, Sourced, provenance_of
from dashboard.clinical.sections import Section, read

SCHEMA, IN_FORCE = "session/1", "1"
HELD_IN_THE_MOUTH = "held in the mouth"
PARTS = {"bp_predose": ("sbp_predose", "dbp_predose")}  # what the clearance judges of a pressure


class AnswerKind(StrEnum):
    """What an answer looks like."""

    YES_OR_NO = "yes or no"
    TEXT = "text"
    NUMBER = "number"
    PRESSURE = "pressure"


class Otherwise(StrEnum):
    """What an answer that is not good amounts to."""

    STOP = "STOP"
    CAUTION = "CAUTION"
    UNKNOWN = "UNKNOWN"

    @property
    def verdict(self) -> Verdict:
        """The verdict of that name."""
        return Verdict[self.value]


@dataclass(frozen=True)
class Point:
    """One question. `finding` names the finding of the clearance that the answer is.

    `asked` None is "always"; `is_computed` says that the chart answers and not a person.
    """

    id: str
    question: str
    kind: AnswerKind
    good: bool | None
    otherwise: Otherwise
    finding: str | None
    asked: Condition | None
    only_held_in_mouth: bool
    is_computed: bool


@dataclass(frozen=True)
class Item:
    """One of the 15 items of the pre-flight."""

    number: int
    title: str
    provenance: Provenance
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Composite:
    """A finding that several answers make together."""

    finding: str
    of: tuple[str, ...]


@dataclass(frozen=True)
class Slot:
    """One reading of the schedule, minutes from the dose."""

    minute: int
    provenance: Provenance


@dataclass(frozen=True)
class Criterion:
    """One yes or no that must be yes before the sitter may leave."""

    id: str
    label: str
    provenance: Provenance


@dataclass(frozen=True)
class ReleaseRules:
    """What must hold at the end: minutes observed, pressure in mmHg, and the criteria."""

    observe_minutes: int
    rise_at_most: int
    systolic_below: int
    diastolic_below: int
    observe: Sourced
    pressure: Sourced
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True)
class SessionRules:
    """One version of the rules of a session at home. The rises are in mmHg."""

    version: str
    no_driving: Sourced
    not_alone: Sourced
    not_monitored: Sourced
    composites: tuple[Composite, ...]
    items: tuple[Item, ...]
    schedule: tuple[Slot, ...]
    large_rise_systolic: int
    large_rise_diastolic: int
    large_rise: Sourced
    release: ReleaseRules

    @property
    def points(self) -> Mapping[str, Point]:
        """Every question by its id."""
        return MappingProxyType({point.id: point for item in self.items for point in item.points})

    @property
    def findings(self) -> frozenset[str]:
        """The clearance's names of what the answers tell; a pressure tells both of its values."""
        told = {point.finding for point in self.points.values() if point.finding}
        joint = {one.finding for one in self.composites}
        return frozenset(told | joint | {part for one in told for part in PARTS.get(one, ())})

    @property
    def minutes(self) -> tuple[int, ...]:
        """The minutes of the schedule."""
        return tuple(slot.minute for slot in self.schedule)


@cache
def session_rules(version: str = IN_FORCE) -> SessionRules:
    """Return a shipped version; LookupError for one that was never shipped."""
    file = files("dashboard.clinical").joinpath("data", "sessions", f"session-{version}.toml")
    if not file.is_file():
        raise LookupError(f"there are no session rules {version}")
    return read_rules(file.read_text("utf-8"))


def read_rules(text: str) -> SessionRules:
    """Read one file strictly; `Misfit` names the place that does not fit."""
    return read(Section(tomllib.loads(text, parse_float=Decimal)), _rules_of)


def _rules_of(top: Section) -> SessionRules:
    if top.text("schema") != SCHEMA:
        raise top.misfit(f'this program reads schema "{SCHEMA}"', "schema")
    texts = top.build("texts", _texts_of)
    rises = top.build("readings", _rises_of)
    made = SessionRules(
        top.text("version"), *texts, top.build_all("composites", _composite_of),
        top.build_all("items", _item_of), top.build_all("schedule", _slot_of), *rises,
        top.build("release", _release_of),
    )  # fmt: skip
    _refuse_disorder(made, top)
    return made


def _refuse_disorder(made: SessionRules, top: Section) -> None:
    names = [point.id for item in made.items for point in item.points]
    if len(set(names)) != len(names):
        raise top.misfit("every question stands once", "items")
    if [item.number for item in made.items] != list(range(1, len(made.items) + 1)):
        raise top.misfit("must be numbered from 1 on", "items")
    if unknown := [name for one in made.composites for name in one.of if name not in names]:
        raise top.misfit(f'there is no question "{unknown[0]}"', "composites")
    minutes = made.minutes
    if not minutes or minutes[0] != 0 or list(minutes) != sorted(set(minutes)):
        raise top.misfit("must begin with 0 and rise", "schedule")


def _texts_of(row: Section) -> tuple[Sourced, Sourced, Sourced]:
    return _said(row, "no_driving"), _said(row, "not_alone"), _said(row, "not_monitored")


def _said(row: Section, name: str) -> Sourced:
    return _sourced(row, name, row.text(name))


def _sourced(row: Section, name: str, words: str) -> Sourced:
    return Sourced(words, provenance_of(row, of=name))


def _composite_of(row: Section) -> Composite:
    return Composite(row.text("finding"), row.names("of"))


def _slot_of(row: Section) -> Slot:
    return Slot(row.whole("minute"), provenance_of(row))


def _rises_of(row: Section) -> tuple[int, int, Sourced]:
    upper, lower = row.whole("large_rise_systolic"), row.whole("large_rise_diastolic")
    return upper, lower, _sourced(row, "large_rise", f"{upper} systolic or {lower} diastolic")


def _item_of(row: Section) -> Item:
    return Item(
        row.whole("number"), row.text("title"), provenance_of(row),
        row.build_all("points", _point_of),
    )  # fmt: skip


def _point_of(row: Section) -> Point:
    kind = row.choice("kind", AnswerKind)
    if (kind is AnswerKind.YES_OR_NO) is not ("good" in row):
        raise row.misfit("stands with every yes or no, and with nothing else", "good")
    asked = row.text_or_none("asked")
    is_held = asked == HELD_IN_THE_MOUTH
    return Point(
        id=row.text("id"),
        question=row.text("question"),
        kind=kind,
        good=row.flag("good") if "good" in row else None,
        otherwise=row.choice("otherwise", Otherwise) if "otherwise" in row else Otherwise.STOP,
        finding=row.text_or_none("finding"),
        asked=None if asked is None or is_held else condition(asked),
        only_held_in_mouth=is_held,
        is_computed=row.flag("is_computed"),
    )


def _release_of(row: Section) -> ReleaseRules:
    minutes, rise = row.whole("observe_minutes"), row.whole("rise_at_most")
    upper, lower = row.whole("systolic_below"), row.whole("diastolic_below")
    return ReleaseRules(
        minutes, rise, upper, lower,
        _sourced(row, "observe", f"Observed for {minutes} minutes"),
        _sourced(row, "pressure", f"Blood pressure at most {rise} above the one before the dose, "
                 f"or below {upper}/{lower}"),
        row.build_all("criteria", _criterion_of),
    )  # fmt: skip


def _criterion_of(row: Section) -> Criterion:
    return Criterion(row.text("id"), row.text("label"), provenance_of(row))
