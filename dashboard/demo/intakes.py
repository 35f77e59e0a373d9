"""The demo's intakes: typed answers from `intakes.toml`, read and signed as the pages do it.

An answer the file does not give to a signed intake is "not asked"; an open one has a gap there.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias
from zoneinfo import ZoneInfo

from dashboard import formats
from dashboard.db import db
from dashboard.demo import course
from dashboard.demo.people import Person
from dashboard.demo.staff import TIME_ZONE, Member
from dashboard.demo.stories import Met, Story
from dashboard.intake import actions, answers, chart_answers, diagnosing, progress, sealing
from dashboard.intake.answers import Content
from dashboard.intake.definition import Section, Unsaid
from dashboard.intake.models import Evaluation, EvaluationSection
from dashboard.intake.sections import SECTIONS
from dashboard.intake.typed import Bounds, Typed, inputs, read
from dashboard.patients.details import Details
from dashboard.patients.models import Patient

FILE = Path(__file__).with_name("intakes.toml")
LASTED = dt.timedelta(minutes=55)
SIGNED_AFTER = dt.timedelta(minutes=95)
ADDED_AFTER = dt.timedelta(days=6)
TAKEN_AT = dt.time(10, 30)
BACK = re.compile(r"-(\d+)d")
Row: TypeAlias = Mapping[str, str]
Given: TypeAlias = Mapping[str, "str | bool | Sequence[str] | Sequence[Row]"]


@dataclass(frozen=True, kw_only=True)
class Planned:
    """One intake of the file. Without `days_ago` it is taken at the story's first visit.

    `carries_on` begins from the one before; `staying` are sections that are still being written.
    """

    mrn: str
    location: tuple[str, str]
    answers: Mapping[str, Given]
    days_ago: int | None = None
    carries_on: bool = False
    is_open: bool = False
    without: tuple[str, ...] = ()
    staying: tuple[str, ...] = ()
    addendum: str = ""


@dataclass(frozen=True)
class _File:
    common: Mapping[str, Given]
    picture: Mapping[str, Mapping[str, Given]]
    planned: tuple[Planned, ...]


def write(patient: Patient, story: Story, by: Member, *, today: dt.date) -> None:
    """Add a patient's intakes, oldest first."""
    for planned in _file().planned:
        if planned.mrn == patient.mrn:
            _write(planned, patient, story, by, at=_taken_at(planned, story, today=today))


def _write(
    planned: Planned, patient: Patient, story: Story, by: Member, *, at: dt.datetime
) -> None:
    evaluation = actions.begin(patient.id, by_id=by.id, at=at - LASTED)
    saved = dict(actions.sections_of(evaluation))
    for section in SECTIONS:
        if section.key not in planned.without:
            former = chart_answers.overlaid(
                section, actions.contents(saved).get(section.key, answers.EMPTY),
                Details.of(patient), today=formats.today(at),
            )  # fmt: skip
            content = _content(planned, section, story.person, former, on=formats.today(at))
            saved[section.key] = actions.save(
                evaluation, saved.get(section.key), key=section.key, content=content,
                was_left=section.key not in planned.staying, by_id=by.id, at=at,
            )  # fmt: skip
    if not planned.is_open:
        _keep_what_the_chart_says(patient, evaluation, saved, by, at=at)
        _diagnose(patient, actions.contents(saved), by, at=at)
        _sign(planned, evaluation, saved, by, at=at + SIGNED_AFTER)


def _keep_what_the_chart_says(
    patient: Patient, evaluation: Evaluation, saved: Mapping[str, EvaluationSection], by: Member,
    *, at: dt.datetime,
) -> None:  # fmt: skip
    db.session.flush()
    actions.keep_what_the_chart_says(
        evaluation, saved, Details.of(patient), by_id=by.id, today=formats.today(at)
    )
    for section in saved.values():
        section.changed_at = at


def _sign(
    planned: Planned, evaluation: Evaluation, saved: Mapping[str, EvaluationSection], by: Member,
    *, at: dt.datetime,
) -> None:  # fmt: skip
    diagnoses = diagnosing.present(evaluation.patient_id)
    contents = actions.contents(saved)
    gaps = [gap for one in SECTIONS for gap in progress.of(one, contents[one.key]).gaps]
    sealing.sign(
        evaluation, sections=tuple(saved.values()), diagnoses=diagnoses,
        is_complete=bool(diagnoses) and not gaps, by_id=by.id, name=by.name, at=at,
    )  # fmt: skip
    if planned.addendum:
        added = actions.add_addendum(
            evaluation, text=planned.addendum, by_id=by.id, name=by.name, zone_name=TIME_ZONE
        )
        added.at = at + ADDED_AFTER


def _diagnose(
    patient: Patient, contents: Mapping[str, Content], by: Member, *, at: dt.datetime
) -> None:
    """Give the codes of the chart, unless an earlier intake gave them."""
    known = list(diagnosing.present(patient.id))
    for code in [] if known else patient.diagnosis_codes.replace(",", " ").split():
        data_say = diagnosing.computed(
            code, contents, born_on=patient.born_on, on=formats.today(at)
        )
        known.append(
            diagnosing.add(patient, code, known=known, data_say=data_say, reason="", by_id=by.id,
                           at=at)
        )  # fmt: skip


def _content(
    planned: Planned, section: Section, person: Person, former: Content, *, on: dt.date
) -> Content:
    """Return a section's answers as the pages would keep them."""
    typed = _typed(planned, section, person, former)
    bounds = Bounds(person.born, on, lambda text: _day(text, on=on))
    reading = read(section, typed, bounds=bounds)
    if reading.problems:
        raise ValueError(f"{FILE.name}, {planned.mrn}, {section.key}: {reading.problems}")
    content = answers.carried(former, reading.values, today=on)
    if planned.is_open:
        return content
    asked = progress.needed(section, content)
    blank = {one.key: Unsaid.NOT_ASKED for one in asked if one.key not in content}
    return {**content, **answers.carried({}, blank, today=on)}


def _typed(planned: Planned, section: Section, person: Person, former: Content) -> Typed:
    layers = [] if planned.carries_on else [
        _file().common.get(section.key, {}),
        _file().picture[person.picture].get(section.key, {}),
        _of_the_chart(planned, section, person),
    ]  # fmt: skip
    layers.append(planned.answers.get(section.key, {}))
    given: dict[str, str | tuple[str, ...]] = inputs(section, former)
    for layer in layers:
        given.update(_flat(section, layer))
    return given


def _of_the_chart(planned: Planned, section: Section, person: Person) -> Given:
    if section.key == "identity":
        return {"location_state": planned.location[0], "county": planned.location[1]}
    if section.key == "weights" and person.height_cm:
        return {
            "current": str(person.weight_kg[0]), "current-unit": "kg", "current_on": "-0d",
            "current_source": "measured by another clinician",
            "height": str(person.height_cm), "height-unit": "cm", "height_source": "from records",
        }  # fmt: skip
    return {}


def _flat(section: Section, given: Given) -> Iterator[tuple[str, str | tuple[str, ...]]]:
    """Write the file's values under the names of the form's inputs."""
    asked = {one.key for one in section.fields}
    for name, value in given.items():
        if name.partition("-")[0] not in asked:
            raise ValueError(f"{FILE.name}: {section.key} has no field {name}")
        if isinstance(value, bool):
            yield name, "yes" if value else "no"
        elif isinstance(value, str):
            yield name, value
        else:
            yield name, tuple(one for one in value if isinstance(one, str))
            yield from _cells(name, [one for one in value if not isinstance(one, str)])


def _cells(name: str, rows: Sequence[Row]) -> Iterator[tuple[str, str]]:
    for number, row in enumerate(rows):
        for column, text in row.items():
            yield f"{name}-{number}-{column}", text


def _day(text: str, *, on: dt.date) -> dt.date:
    """Read a typed day; -12d counts from the day of the intake."""
    if back := BACK.fullmatch(text):
        return on - dt.timedelta(days=int(back[1]))
    return formats.read_day(text)


def _taken_at(planned: Planned, story: Story, *, today: dt.date) -> dt.datetime:
    if planned.days_ago is None:
        return next(event.at for event in story.events if isinstance(event, Met))
    day = course.working_day(today - dt.timedelta(days=planned.days_ago))
    return dt.datetime.combine(day, TAKEN_AT, ZoneInfo(TIME_ZONE))


@lru_cache(maxsize=1)
def _file() -> _File:
    tables = tomllib.loads(FILE.read_text("utf-8"))
    planned = ({**one, "location": tuple(one["location"])} for one in tables["intake"])
    return _File(tables["common"], tables["picture"], tuple(Planned(**one) for one in planned))
