"""A throw-away practice of any size, filled in seconds: nobody in it is real.

One chart is written by the program's own actions and copied to every other patient by SQL, so that
the rows are what the program writes, whatever its columns are by now.
"""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from dashboard.accounts.models import User
from dashboard.actor import Role, acting_as_job
from dashboard.audit import ChartVersion
from dashboard.clinical.instruments import catalogue
from dashboard.clock import now
from dashboard.db import Base, db, new_id, new_ref, table_of
from dashboard.patients.models import CareTeamMember, Patient, Sex, Status
from dashboard.practice.models import Practice
from dashboard.scores import actions as scores
from dashboard.scores.models import LatestScore, Mode, Response, ScoreValue
from dashboard.scores.shelf import FIRST
from dashboard.visits import actions as visits
from dashboard.visits.models import Visit, VisitKind
from dashboard.visits.note import Note
from tests.cast import HASH
from tests.chart.courses import TWO_YEARS, Course, write

ZONE = "America/New_York"
SMALL_CASELOAD = 50
MARK = 123_456  # microseconds that a copied list of scores is told apart by
HISTORIES = (12, 52, 520)  # scores of each instrument, one a week
WEEK = dt.timedelta(days=7)
DANGER = "9"  # the item of the PHQ-9 that asks for thoughts of death: nobody here has any
STARTS = ("Ab", "Be", "Ca", "Da", "El", "Fo", "Ga", "Ha", "Iv", "Jo", "Ka", "Li", "Ma", "No", "Ri")
MIDDLES = ("la", "mon", "ner", "ros", "sen", "tel", "vin", "wei", "zan", "bur", "der", "fel", "gor")
ENDS = ("a", "berg", "dez", "er", "field", "ini", "ko", "man", "ov", "son", "ton", "well", "wick")
GIVEN = ("Ada", "Ben", "Cora", "Dina", "Eli", "Fay", "Gus", "Hana", "Ida", "Jon", "Kim", "Lea")


@dataclass(frozen=True)
class Filled:
    """Whom the measurements need: two physicians, and the patients with long histories."""

    patients: int
    alice: uuid.UUID
    bob: uuid.UUID
    cleo: uuid.UUID
    charts: dict[int, str]  # scores of each instrument -> the patient's ref
    course: str  # the patient with two years of sessions, contacts and laboratory values
    saved: str  # the patient whose notes and scores are saved again and again
    middle: str  # the patient in the middle of the list by name
    family: str  # that patient's family name


def fill(
    patients: int, *, histories: Sequence[int] = HISTORIES, longest: int = max(HISTORIES)
) -> Filled:
    """Fill the present app's empty database: Alice treats everybody, Bob fifty of them.

    A history is cut at the `longest`, where its length is not what is tried.
    """
    with acting_as_job("measuring"):
        alice, bob, cleo = _people()
        people = _patients(patients, by=alice)
        _teams(people, alice=alice, bob=bob)
        charted = dict(zip(histories, people[1:], strict=False))
        _history(people[0], 12, by=alice)
        kept = [*charted.values(), people[len(charted) + 1]]
        _copy_chart(people[0]["id"], but=[p["id"] for p in kept])
        for weeks, patient in charted.items():
            _history(patient, min(weeks, longest), by=alice)
        coursed = people[len(charted) + 1]
        write(db.session.get_one(Patient, coursed["id"]), _course(histories, longest), by=alice)
        db.session.commit()
        db.session.remove()
    _settle()
    middle = sorted(people, key=lambda p: str(p["name_key"]))[patients // 2]
    return Filled(
        patients=patients,
        alice=alice,
        bob=bob,
        cleo=cleo,
        course=str(coursed["ref"]),
        charts={weeks: str(patient["ref"]) for weeks, patient in charted.items()},
        saved=str(people[0]["ref"]),
        middle=str(middle["ref"]),
        family=str(middle["family_name"]),
    )


def _course(histories: Sequence[int], longest: int) -> Course:
    """Return two years, or few weeks where their length is not what is tried."""
    is_whole = len(histories) > 1 and longest >= TWO_YEARS.weeks
    return TWO_YEARS if is_whole else Course(weeks=4, n_doses=2, n_panels=2)


def _people() -> tuple[uuid.UUID, uuid.UUID, uuid.UUID]:
    named = (
        ("Alice Adler", Role.PHYSICIAN),
        ("Bob Baum", Role.PHYSICIAN),
        ("Cleo Cruz", Role.ADMIN),
    )
    people = [
        User(
            name=name, email=f"{name.split()[0].lower()}@practice.example", role=role,
            joined_at=now(), password_hash=HASH, password_set_at=now(), totp_confirmed_at=now(),
        )
        for name, role in named
    ]  # fmt: skip
    db.session.add_all([Practice(name="A measured practice", is_synthetic=True), *people])
    db.session.commit()
    return people[0].id, people[1].id, people[2].id


def _patients(count: int, *, by: uuid.UUID) -> list[dict[str, object]]:
    chance = random.Random(2026)  # noqa: S311 - made-up names, the same in every run
    people = [_patient(number, chance, by=by) for number in range(count)]
    _insert(Patient, people)
    return people


def _patient(number: int, chance: random.Random, *, by: uuid.UUID) -> dict[str, object]:
    family = chance.choice(STARTS) + chance.choice(MIDDLES) + chance.choice(ENDS)
    given = chance.choice(GIVEN)
    return {
        "id": new_id(),
        "ref": new_ref(),
        "mrn": f"{number:06d}",
        "family_name": family,
        "given_name": given,
        "name_key": f"{family} {given}".lower(),
        "given_key": f"{given} {family}".lower(),
        "born_on": dt.date(1960, 1, 1) + dt.timedelta(days=chance.randrange(16_000)),
        "sex_for_ranges": Sex.FEMALE,
        "diagnosis_codes": "F50.2",
        "status": Status.ACTIVE,
        "registered_by_id": by,
    }


def _teams(people: list[dict[str, object]], *, alice: uuid.UUID, bob: uuid.UUID) -> None:
    step = max(1, len(people) // SMALL_CASELOAD)
    places = [(alice, patient) for patient in people]
    his = [*people[:4], *people[4::step]][:SMALL_CASELOAD]
    places += [(bob, patient) for patient in his]
    _insert(
        CareTeamMember,
        [
            {
                "user_id": user,
                "patient_id": patient["id"],
                "name_key": patient["name_key"],
                "added_by_id": user,
            }
            for user, patient in places
        ],
    )


def _history(patient: dict[str, object], weeks: int, *, by: uuid.UUID) -> None:
    """Record every instrument each week and a visit each month, by the program's own actions."""
    row = db.session.get_one(Patient, patient["id"])
    began = now().replace(microsecond=MARK)
    for week in range(weeks):
        at = began - WEEK * (weeks - week)
        for instrument in (catalogue()[name] for name in FIRST):
            highest = int(instrument.items[0].highest)
            answers = {
                item.id: 0 if item.id == DANGER else (week * 7 + place) % (highest + 1)
                for place, item in enumerate(instrument.items)
            }
            scores.record(
                row, instrument=instrument, answers=answers, taken_at=at, zone=ZONE,
                mode=Mode.INTERVIEW, by=by,
            )  # fmt: skip
        if week % 4 == 0:
            visits.log(row.id, note=_note(at), by_id=by, at=at)
    db.session.commit()


def _note(at: dt.datetime) -> Note:
    return Note(
        kind=VisitKind.FOLLOW_UP,
        began_at=at,
        zone_name=ZONE,
        typed_time=at.isoformat(),
        subjective="Slept better, ate lunch on five days.",
        assessment="Steady.",
        plan="Go on as planned.",
    )


def _copy_chart(model: object, *, but: Sequence[object]) -> None:
    """Give everybody else the model's latest response to each instrument, with its scores."""
    response, value, latest, patient = map(table_of, (Response, ScoreValue, LatestScore, Patient))
    visit = table_of(Visit)
    others = patient.c.id.not_in([model, *but])
    with db.engine.connect() as connection:
        mine = sa.select(latest.c.response_id).where(latest.c.patient_id == model).distinct()
        newest = connection.scalars(mine).all()
        kinds = connection.scalars(sa.select(value.c.score).distinct()).all()
        visited = connection.scalar(sa.select(visit.c.id).where(visit.c.patient_id == model))
    own: dict[str, sa.ColumnElement[Any]] = {
        "id": _key(8),
        "ref": _ref(8),
        "patient_id": patient.c.id,
    }
    _copy(visit, visit.c.id == visited, own, others)
    for number, key in enumerate(newest, start=16):
        given: dict[str, sa.ColumnElement[Any]] = {"id": _key(number), "patient_id": patient.c.id}
        empty = {"answers": sa.literal("{}"), "result": sa.literal("{}")}
        _copy(response, response.c.id == key, given | {"ref": _ref(number)} | empty, others)
        given["response_id"] = _key(number)
        for place, kind in enumerate(kinds, start=2):
            mine_of_kind = sa.and_(value.c.response_id == key, value.c.score == kind)
            _copy(value, mine_of_kind, given | {"id": _key(number + 16 * place)}, others)
        lists = {name: _told_apart(latest.c[name]) for name in ("baseline", "recent")}
        _copy(latest, latest.c.response_id == key, given | lists, others)
    version = sa.select(patient.c.id, sa.literal(1)).where(others).order_by(patient.c.id)
    _write(sa.insert(table_of(ChartVersion)).from_select(["patient_id", "number"], version))


def _copy(
    table: sa.Table,
    which: sa.ColumnElement[bool],
    given: Mapping[str, sa.ColumnElement[Any]],
    patients: sa.ColumnElement[bool],
) -> None:
    """Copy a row for each of many patients as it is, but for its keys and what is given."""
    patient = table_of(Patient)
    columns = {column.name: given.get(column.name, column) for column in table.c}
    rows = sa.select(*columns.values()).select_from(table).join(patient, sa.true())
    rows = rows.where(which, patients).order_by(patient.c.id)
    _write(sa.insert(table).from_select(list(columns), rows))


def _told_apart(scores: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
    """Give a patient's scores moments of their own: no two patients' are alike."""
    return sa.func.replace(scores, f".{MARK}+", "." + table_of(Patient).c.mrn + "+")


def _key(number: int) -> sa.ColumnElement[uuid.UUID]:
    """Make a patient's key into the key of one of their records: as ordered, and as unique."""
    rest = sa.func.substr(sa.cast(table_of(Patient).c.id, sa.String), 3)
    return sa.cast(sa.literal(f"{number:02x}") + rest, sa.Uuid)


def _ref(number: int) -> sa.ColumnElement[str]:
    return sa.func.substr(sa.func.replace(sa.cast(_key(number), sa.String), "-", ""), 1, 26)


def _insert(model: type[Base], rows: list[dict[str, object]]) -> None:
    _write(sa.insert(table_of(model)), rows)


def _write(statement: sa.Insert, rows: Sequence[Mapping[str, object]] = ()) -> None:
    """Write past the program's scope and trail: a session would rightly refuse."""
    with db.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA cache_size=-200000")  # KiB, until `_settle`
        connection.execute(statement, rows or None)


def _settle() -> None:
    """Forget the large cache; let PostgreSQL count its rows as its housekeeping would."""
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("ANALYZE")
    db.engine.dispose()
