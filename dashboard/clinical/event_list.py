"""The list behind adverse events as its file gives it: grades, responses, limits, signs, events."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import IntEnum, StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TypeVar

from dashboard.clinical.misfit import Misfit
from dashboard.clinical.provenance import Provenance, provenance_of
from dashboard.clinical.sections import Section, read

Row = TypeVar("Row")

SCHEMA, VERSION, FILE = "adverse_events/1", "1", "adverse_events-1.toml"


class Grade(IntEnum):
    """How severe an event is, in the structure of CTCAE."""

    MILD = 1
    MODERATE = 2
    SEVERE = 3
    LIFE_THREATENING = 4
    DEATH = 5


class Urgency(StrEnum):
    """How soon something must be done, most urgent first."""

    EMERGENCY = "emergency"
    NOW = "now"
    SAME_DAY = "same day"
    WITHIN_72_HOURS = "within 72 hours"


class Need(StrEnum):
    """A measured value without which an event cannot be judged."""

    PRESSURE = "pressure"
    BREATHING = "breathing"


@dataclass(frozen=True)
class GradeWords:
    """A grade in words."""

    grade: Grade
    word: str
    meaning: str


@dataclass(frozen=True)
class Grading:
    """The grading system with its version, and from which grade on a plan is held."""

    system: str
    version: str
    published_on: date
    provenance: Provenance
    hold_from: Grade
    hold_provenance: Provenance

    @property
    def words(self) -> str:
        """The system with its version: what is stored beside every grade."""
        return f"{self.system} v{self.version}"


@dataclass(frozen=True)
class Response:
    """What is to be done; minutes and hours are None where the reference names none."""

    id: str
    urgency: Urgency
    words: str
    holds_plan: bool
    provenance: Provenance
    repeat_minutes: int | None
    not_falling_by_minutes: int | None
    labs_within_hours: int | None


@dataclass(frozen=True)
class Limit:
    """From where on a measured value calls for a response: mmHg, %, breaths a minute."""

    id: str
    response: Response
    provenance: Provenance
    systolic_from: int | None
    diastolic_from: int | None
    saturation_below: int | None
    breaths_below: int | None
    with_symptoms: bool


@dataclass(frozen=True)
class Sign:
    """Something seen or told that calls for a response by itself."""

    id: str
    label: str
    response: Response


@dataclass(frozen=True)
class EventKind:
    """One entry of the pick-list."""

    id: str
    label: str
    group: str
    measured_as: str | None
    response: Response | None
    lasting_minutes: int | None
    times: int | None
    needs: Need | None


@dataclass(frozen=True)
class EventList:
    """One version of the list."""

    version: str
    grading: Grading
    grades: tuple[GradeWords, ...]
    responses: Mapping[str, Response]
    limits: tuple[Limit, ...]
    signs: Mapping[str, Sign]
    events: Mapping[str, EventKind]


@cache
def event_list() -> EventList:
    """Return the list that is shipped; `Misfit` names what is wrong with it."""
    return read_list(files("dashboard.clinical").joinpath("data", FILE).read_text("utf-8"))


def read_list(text: str) -> EventList:
    """Read a list strictly; `Misfit` names the place that does not fit."""
    return read(Section(tomllib.loads(text, parse_float=Decimal)), _list_of)


def _list_of(top: Section) -> EventList:
    if (top.text("schema"), top.text("version")) != (SCHEMA, VERSION):
        raise top.misfit(f'this program reads schema "{SCHEMA}", version "{VERSION}"', "schema")
    grading = top.build("grading", _grading_of)
    grades = top.build_all("grades", _grade_of)
    if [one.grade for one in grades] != list(Grade):
        raise top.misfit("must be 1 to 5 in order", "grades")
    made = top.build_all("responses", _response_of)
    responses = _by_id({one.id: one for one in made}, len(made), "responses")
    if [one.urgency for one in made] != sorted((r.urgency for r in made), key=list(Urgency).index):
        raise top.misfit("must stand with the most urgent first", "responses")
    limits = top.build_all("limits", lambda row: _limit_of(row, responses))
    signs = top.build_all("signs", lambda row: _sign_of(row, responses))
    events = top.build_all("events", lambda row: _event_of(row, responses))
    return EventList(
        VERSION, grading, grades, responses, limits,
        _by_id({one.id: one for one in signs}, len(signs), "signs"),
        _by_id({one.id: one for one in events}, len(events), "events"),
    )  # fmt: skip


def _by_id(found: dict[str, Row], n_rows: int, key: str) -> Mapping[str, Row]:
    if len(found) != n_rows or not found:
        raise Misfit("every id stands once, and there must be one", at=key)
    return MappingProxyType(found)


def _grading_of(row: Section) -> Grading:
    published_on = row.day("published_on")
    if published_on is None:
        raise row.misfit("is missing", "published_on")
    return Grading(
        row.text("system"), row.text("version"), published_on, provenance_of(row),
        Grade(row.whole("hold_from_grade")), provenance_of(row, of="hold"),
    )  # fmt: skip


def _grade_of(row: Section) -> GradeWords:
    return GradeWords(Grade(row.whole("grade")), row.text("word"), row.text("meaning"))


def _response_of(row: Section) -> Response:
    return Response(
        row.text("id"), row.choice("urgency", Urgency), row.text("words"), row.flag("holds_plan"),
        provenance_of(row), row.whole_or_none("repeat_minutes"),
        row.whole_or_none("not_falling_by_minutes"), row.whole_or_none("labs_within_hours"),
    )  # fmt: skip


def _limit_of(row: Section, responses: Mapping[str, Response]) -> Limit:
    made = Limit(
        row.text("id"), _named(row, responses), provenance_of(row),
        row.whole_or_none("systolic_from"),
        row.whole_or_none("diastolic_from"), row.whole_or_none("saturation_below"),
        row.whole_or_none("breaths_below"), row.flag("with_symptoms"),
    )  # fmt: skip
    ends = (made.systolic_from, made.diastolic_from, made.saturation_below, made.breaths_below)
    if all(end is None for end in ends):
        raise row.misfit("has no number")
    return made


def _sign_of(row: Section, responses: Mapping[str, Response]) -> Sign:
    return Sign(row.text("id"), row.text("label"), _named(row, responses))


def _event_of(row: Section, responses: Mapping[str, Response]) -> EventKind:
    made = EventKind(
        row.text("id"), row.text("label"), row.text("group"), row.text_or_none("measured_as"),
        _named(row, responses) if "response" in row else None,
        row.whole_or_none("lasting_minutes"), row.whole_or_none("times"),
        row.choice("needs", Need) if "needs" in row else None,
    )  # fmt: skip
    if made.response is None and (made.lasting_minutes, made.times) != (None, None):
        raise row.misfit("has a condition and nothing to do", "response")
    return made


def _named(row: Section, responses: Mapping[str, Response]) -> Response:
    name = row.text("response")
    if name not in responses:
        raise row.misfit(f'there is no response "{name}"', "response")
    return responses[name]
