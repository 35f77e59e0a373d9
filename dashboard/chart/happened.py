"""What happened and is planned along the course of treatment, read in one statement.

Doses, planned sessions, visits, the care team's appointments, check-ins without answers, medicines
and treatments of the intakes, prescriptions, adverse events: each row says what it is,
when, and its record.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple, TypeAlias

import sqlalchemy as sa

from dashboard.accounts.models import User
from dashboard.checkins.models import CheckIn
from dashboard.db import Exact, Instant, db
from dashboard.intake.models import Evaluation, EvaluationSection, EvaluationState
from dashboard.prescriptions.models import Prescription
from dashboard.scores.models import Response
from dashboard.sessions.models import UPCOMING, AdverseEvent, Dose, TreatmentSession
from dashboard.visits.models import Visit
from dashboard.windows.models import Appointment

SECTIONS = ("medicines", "treatments")


class What(StrEnum):
    """What one row tells of."""

    DOSE = "dose"
    SESSION = "session"
    VISIT = "visit"
    APPOINTMENT = "appointment"
    MISSED = "missed check-in"
    ASKED = "open check-in"
    SECTION = "intake section"
    PRESCRIPTION = "prescription"
    EVENT = "adverse event"


class Row(NamedTuple):
    """One thing of the course; what `words`, `state` and `more` hold depends on what it is.

    Dose and session: route. Visit: kind, "signed" or "", author. Appointment: kind, state, with
    whom. Check-in: questionnaires. Section: content, state of the intake, key. Prescription: drug,
    day written, days of supply. Adverse event: kind, grade or "" (not graded), seriousness as
    stored ("" none, "?" not answered). `amount` is in mg.
    """

    what: str
    at: dt.datetime
    ref: str
    words: str
    state: str
    more: str
    amount: Decimal | None


@dataclass(frozen=True)
class Happened:
    """All rows of one patient by what they are, each in order of time."""

    rows: Mapping[What, tuple[Row, ...]] = field(default_factory=dict)

    def of(self, what: What) -> tuple[Row, ...]:
        """Return the rows of one kind."""
        return self.rows.get(what, ())

    @property
    def first_dose_at(self) -> dt.datetime | None:
        """When the first dose was given."""
        given = self.of(What.DOSE)
        return given[0].at if given else None

    @property
    def next_session(self) -> Row | None:
        """The planned session that is next, or was to be."""
        planned = self.of(What.SESSION)
        return planned[0] if planned else None


def happened(patient_id: uuid.UUID) -> Happened:
    """Return the course of a patient's treatment, without what was entered in error."""
    branches = (
        _doses(), _sessions(), _visits(), _appointments(), _check_ins(), _sections(),
        _prescriptions(), _events(),
    )  # fmt: skip
    mine = (query.where(column == patient_id) for query, column in branches)
    return grouped(Row._make(row) for row in db.session.execute(sa.union_all(*mine)))


def grouped(rows: Iterable[Row]) -> Happened:
    """Return rows by what they are, in order of time."""
    found: dict[What, list[Row]] = {}
    for row in sorted(rows, key=lambda one: (one.at, one.ref)):
        found.setdefault(What(row.what), []).append(row)
    return Happened({what: tuple(several) for what, several in found.items()})


Column: TypeAlias = "sa.SQLColumnExpression[Any]"  # of any type: `_row` makes them all alike
Branch: TypeAlias = "tuple[sa.Select[Any], Column]"


def _row(  # one column each, of the same types in every branch
    what: Column | What,
    at: Column,
    ref: Column,
    *words: Column,
    amount: Column | None = None,
) -> sa.Select[Any]:
    """Return the select of one kind of row; words left out are empty."""
    texts = [*words, *[sa.literal("")] * (3 - len(words))]
    columns: list[sa.ColumnElement[Any]] = [
        _text(sa.literal(what.value) if isinstance(what, What) else what).label("what"),
        sa.type_coerce(at, Instant).label("at"),
        _text(ref).label("ref"),
        *(_text(one).label(name) for one, name in zip(texts, ("a", "b", "c"), strict=True)),
        sa.cast(amount if amount is not None else sa.null(), Exact).label("amount"),
    ]
    return sa.select(*columns)


def _text(one: Column) -> sa.Cast[str]:
    return sa.cast(one, sa.Text)


def _doses() -> Branch:
    query = _row(What.DOSE, Dose.given_at, Dose.ref, Dose.route, amount=Dose.dose_mg)
    return query.where(Dose.entered_in_error_at.is_(None)), Dose.patient_id


def _sessions() -> Branch:
    one = TreatmentSession
    query = _row(What.SESSION, one.planned_at, one.ref, one.route, amount=one.dose_mg)
    return query.where(one.state.in_(UPCOMING)), one.patient_id


def _visits() -> Branch:
    is_signed = sa.case((Visit.signed_at.is_not(None), "signed"), else_="")
    query = _row(What.VISIT, Visit.began_at, Visit.ref, Visit.kind, is_signed, User.name)
    query = query.join_from(Visit, User, User.id == Visit.author_id)
    return query.where(Visit.entered_in_error_at.is_(None)), Visit.patient_id


def _appointments() -> Branch:
    one = Appointment
    query = _row(
        What.APPOINTMENT, one.starts_at, one.ref, one.kind, one.state, one.with_whom
    )  # fmt: skip
    return query.where(one.entered_in_error_at.is_(None)), one.patient_id


def _check_ins() -> Branch:
    """Those that reached the patient: ended without a response, or open still."""
    one = CheckIn
    has_response = sa.exists().where(Response.check_in_id == one.id)
    is_over = one.ended_at.is_not(None)
    what = sa.case((is_over, What.MISSED.value), else_=What.ASKED.value)
    query = _row(what, one.due_at, one.ref, one.questionnaires).where(
        one.finished_at.is_(None), one.cancelled_at.is_(None), ~has_response,
        sa.or_(~is_over, one.sent_at.is_not(None)),
    )  # fmt: skip
    return query, one.patient_id


def _sections() -> Branch:
    section, state = EvaluationSection, Evaluation.state
    query = _row(
        What.SECTION, section.changed_at, Evaluation.ref, section.content, state, section.key
    )
    query = query.join_from(section, Evaluation, Evaluation.id == section.evaluation_id)
    known = state.in_([EvaluationState.SIGNED, EvaluationState.OPEN])
    return query.where(section.key.in_(SECTIONS), known), section.patient_id


def _prescriptions() -> Branch:
    one = Prescription
    query = _row(
        What.PRESCRIPTION, one.recorded_at, one.ref, one.drug, sa.cast(one.written_on, sa.Text),
        sa.cast(one.supply_days, sa.Text), amount=one.dose_mg,
    )  # fmt: skip
    return query.where(one.entered_in_error_at.is_(None)), one.patient_id


def _events() -> Branch:
    """What is known now of each adverse event; what was amended since is left out."""
    one, later = AdverseEvent, sa.orm.aliased(AdverseEvent)
    is_amended = sa.exists().where(later.amends_id == one.id)
    query = _row(
        What.EVENT, one.began_at, one.ref, one.kind, sa.func.coalesce(_text(one.grade), ""),
        sa.func.coalesce(one.seriousness, "?"),
    )  # fmt: skip
    return query.where(~is_amended), one.patient_id
