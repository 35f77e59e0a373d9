"""The demo's findings: panels and reviews on their days, typical where nothing else is told."""

from __future__ import annotations

import datetime as dt
import random
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from dashboard.clinical.clearance.kinds import Form
from dashboard.demo.people import Person
from dashboard.demo.staff import TIME_ZONE, Member
from dashboard.findings import actions, reviews
from dashboard.findings.actions import By, Entry
from dashboard.findings.models import Finding, Source, Way
from dashboard.findings.panels import Panel, panels
from dashboard.patients.models import Patient

FILE = Path(__file__).with_name("findings.toml")
SEED = "casement demo findings"
EARLIER = (90, 30)  # days before the newest laboratory values
WEIGHED = (185, 92, 28, 21, 14, 7, 0)  # days before the newest weight
ONCE = {"session_reading", "rx_day", "encounter"}
FERTILE_SINCE = 1972  # years of birth of whom pregnancy is asked
WORDS = {Form.TRUTH, Form.RESULT, Form.LEVEL, Form.PRESSURE}
UNITS = {"temp_c": "F", "weight_kg": "kg", "height_cm": "cm"}
LABORATORY = "Northern Laboratory"
RANGES = {"K": ("3.5", "5.1"), "Na": ("135", "145"), "P": ("2.5", "4.5"), "Mg": ("1.6", "2.6")}


@dataclass(frozen=True, kw_only=True)
class Course:
    """What is on record of one patient, and what differs from the typical."""

    mrn: str
    taken: int
    session: int
    check: int | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    override: str = ""
    error: str = ""
    reason: str = ""


@cache
def courses() -> Mapping[str, Course]:
    """Return the courses by the patient's record number."""
    told = _file()["course"]
    found = [Course(**{**one, "missing": tuple(one.get("missing", ()))}) for one in told]
    return {one.mrn: one for one in found}


def write(patient: Patient, person: Person, by: Member, *, today: dt.date) -> None:
    """Add a patient's panels, weights and reviews, the older ones first."""
    course = courses().get(person.mrn)
    if course is None:
        return
    rng = random.Random(f"{SEED} {person.mrn}")  # noqa: S311 - synthetic patients
    newest = today - dt.timedelta(days=course.taken)
    for ago in EARLIER:
        _panel(patient, panels()["chemistry"], {}, rng, by, newest - dt.timedelta(days=ago))
    _weights(patient, person, rng, by, newest)
    for panel in panels().values():
        if panel.key not in {"weight", "before-dose", "ecg-baseline"}:
            _panel(patient, panel, _told(course, person), rng, by, newest)
    for key in reviews.GROUPS:
        _review(patient, person, course, key, by, newest)


def write_harmless(patient: Patient, person: Person, by: Member, *, on: dt.date) -> None:
    """Add everything that a check asks on one day, without any finding."""
    course = Course(mrn=person.mrn, taken=0, session=0)
    rng = random.Random(f"{SEED} harmless {person.mrn}")  # noqa: S311 - synthetic patients
    _weights(patient, person, rng, by, on)
    for panel in panels().values():
        if panel.key not in {"weight", "before-dose", "ecg-baseline"}:
            _panel(patient, panel, _told(course, person), rng, by, on)
    for key in reviews.GROUPS:
        _review(patient, person, course, key, by, on)


def wrong(patient: Patient, course: Course) -> Finding | None:
    """Return the finding that a colleague is asked to take out."""
    found = [one for one in actions.standing(patient.id) if one.kind == course.error]
    return found[-1] if found else None


@cache
def _file() -> Mapping[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def _panel(
    patient: Patient,
    panel: Panel,
    told: Mapping[str, str],
    rng: random.Random,
    by: Member,
    on: dt.date,
) -> None:
    """Record a panel: what is told of the patient, else something typical."""
    entries = []
    for row in panel.rows:
        text = told[row.name] if row.name in told else _typical(row.name, rng)
        if not text or (panel.key == "liver" and row in panels()["chemistry"].rows):
            continue
        low, high = RANGES.get(row.name, ("", "")) if panel.is_laboratory else ("", "")
        unit = UNITS.get(row.kind.name, row.unit)
        entries.append(
            Entry(
                kind=row.kind.name, entered=text, unit="" if row.kind.form in WORDS else unit,
                taken_on=on, taken_at=_at(on, 9), source=panel.source, ref_low=low, ref_high=high,
                flag=told.get(f"{row.name}-flag", ""),
            )
        )  # fmt: skip
    if entries:
        laboratory = LABORATORY if panel.is_laboratory else ""
        _record(patient, entries, Way.TYPED, panel.key, by, on, laboratory=laboratory)


def _weights(
    patient: Patient, person: Person, rng: random.Random, by: Member, newest: dt.date
) -> None:
    """Record weights of half a year, all near the last one, and the height."""
    kilograms = person.weight_kg[1]
    for ago in WEIGHED:
        grams = round(kilograms * 1000) + rng.randint(-150, 150)
        values = {"weight_kg": f"{grams / 1000:.1f}"}
        if ago == 0:
            values["height_cm"] = str(person.height_cm)
        _panel(patient, panels()["weight"], values, rng, by, newest - dt.timedelta(days=ago))


def _review(
    patient: Patient, person: Person, course: Course, key: str, by: Member, on: dt.date
) -> None:
    """Record what was answered in one review."""
    answers = {**_answers(person), **course.values}
    found = []
    for kind in reviews.kinds_of(key):
        text = answers.get(kind.name) or reviews.harmless(kind.name) or ""
        if text and kind.validity not in ONCE and kind.name not in course.missing:
            unit = kind.unit if kind.form in {Form.NUMBER, Form.WHOLE} else ""
            found.append(Entry(kind=kind.name, entered=text, unit=unit, taken_on=on,
                               taken_at=_at(on, 10), source=Source.STATED))  # fmt: skip
    _record(patient, found, Way.ASKED, key, by, on)


def _answers(person: Person) -> Mapping[str, str]:
    """Return the answers that "none of these" leaves open, as they are for this patient."""
    is_young_woman = person.sex == "female" and person.born.year > FERTILE_SINCE
    own = {
        "restrictive": person.picture in {"restricting", "arfid"},
        "purging": person.picture == "purging",
        "an_bn_ever": any(code in person.codes for code in ("F50.0", "F50.2")),
        "childbearing_potential": is_young_woman,
    }
    return {**_answered(), **{name: "yes" if yes else "no" for name, yes in own.items()}}


def _answered() -> Mapping[str, str]:
    return _texts("answers")


def _told(course: Course, person: Person) -> Mapping[str, str]:
    missing = dict.fromkeys((*course.missing, *(["hcg"] if person.sex == "male" else [])), "")
    return {**_texts("fixed"), **course.values, **missing}


def _texts(table: str) -> Mapping[str, str]:
    return {str(name): str(text) for name, text in _file()[table].items()}


def _typical(name: str, rng: random.Random) -> str:
    """Draw a value between the ends, with as many decimals as they have."""
    ends = _file()["typical"].get(name)
    if not ends:
        return ""
    low, high = (str(end) for end in ends)
    places = len(low.partition(".")[2])
    return f"{rng.randint(_scaled(low, places), _scaled(high, places)) / 10**places:.{places}f}"


def _scaled(text: str, places: int) -> int:
    return int(Decimal(text).scaleb(places))


def _record(
    patient: Patient, entries: list[Entry], way: Way, panel: str, by: Member, on: dt.date, *,
    laboratory: str = "",
) -> None:  # fmt: skip
    who = By(id=by.id, name=by.name, at=_at(on, 16), today=on, zone=TIME_ZONE)
    actions.record(patient.id, entries, way=way, by=who, panel=panel, laboratory=laboratory)


def _at(on: dt.date, hour: int) -> dt.datetime:
    return dt.datetime.combine(on, dt.time(hour), ZoneInfo(TIME_ZONE)).astimezone(dt.UTC)
