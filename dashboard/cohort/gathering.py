"""Everything the cohort page counts, read by a few statements whatever the number of patients.

Each statement names the patients one treats, and is narrowed to the actor as every other is.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from dashboard.checkins.models import CheckIn, CheckInAnswer
from dashboard.clinical.courses import PlanAct
from dashboard.clinical.instruments import catalogue
from dashboard.clinical.windows import Uses
from dashboard.cohort.asked import codes_of, family_of
from dashboard.db import db
from dashboard.patients.models import Patient, Status
from dashboard.plans.models import PlanStep
from dashboard.scores.models import LatestScore
from dashboard.scores.readings import Taken, read, read_baseline
from dashboard.sessions.models import AdverseEvent
from dashboard.windows import using

Whose: TypeAlias = "sa.Select[uuid.UUID]"


class Answer(StrEnum):
    """What became of a check-in."""

    ANSWERED = "answered"
    UNFINISHED = "ended unfinished"
    MISSED = "missed"
    OPEN = "still open"
    NEVER_SENT = "never sent"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Person:
    """One patient one treats, with the eating disorders on the chart."""

    id: uuid.UUID
    ref: str
    name: str
    born_on: dt.date
    status: Status
    families: frozenset[str]


@dataclass(frozen=True)
class Step:
    """A plan that was activated or held; `is_by_program` where a rule did it."""

    act: PlanAct
    cause: str
    reason: str
    at: dt.datetime
    is_by_program: bool


@dataclass(frozen=True)
class Scored:
    """A patient's newest score of one instrument, and what change is counted from, if anything."""

    baseline: Taken | None
    newest: Taken


@dataclass(frozen=True)
class Gathered:
    """All that is on record of the patients one treats, by patient."""

    people: Sequence[Person]
    steps: Mapping[uuid.UUID, Sequence[Step]]
    uses: Mapping[uuid.UUID, Uses]
    scores: Mapping[str, Mapping[uuid.UUID, Scored]]
    events: Mapping[uuid.UUID, Sequence[AdverseEvent]]
    asked: Mapping[uuid.UUID, Mapping[Answer, int]]

    def doses(self, patient_id: uuid.UUID) -> tuple[dt.datetime, ...]:
        """Return when a patient's doses were given, oldest first."""
        uses = self.uses.get(patient_id)
        return tuple(one.window.dose_at for one in uses.each) if uses else ()


def gathered(user_id: uuid.UUID, *, since: dt.datetime | None, at: dt.datetime) -> Gathered:
    """Read all of it; check-ins due before `since` are left out, the rest is cut by who counts."""
    whose = using.treated_by(user_id)
    return Gathered(
        people=_people(whose), steps=_steps(whose), uses=using.of_practice(user_id, at=at),
        scores=_scores(whose), events=_events(whose), asked=_asked(whose, since=since, at=at),
    )  # fmt: skip


def _people(whose: Whose) -> Sequence[Person]:
    rows = db.session.execute(
        sa.select(
            Patient.id, Patient.ref, Patient.family_name, Patient.given_name, Patient.born_on,
            Patient.status, Patient.diagnosis_codes,
        ).where(Patient.id.in_(whose)).order_by(Patient.name_key, Patient.id)
    )  # fmt: skip
    return [
        Person(
            row.id, row.ref, f"{row.family_name.upper()}, {row.given_name}", row.born_on,
            row.status, frozenset(family_of(one) for one in codes_of(row.diagnosis_codes)) - {""},
        )
        for row in rows
    ]  # fmt: skip


def _steps(whose: Whose) -> Mapping[uuid.UUID, Sequence[Step]]:
    found: dict[uuid.UUID, list[Step]] = defaultdict(list)
    rows = db.session.execute(
        sa.select(
            PlanStep.patient_id, PlanStep.act, PlanStep.cause, PlanStep.reason, PlanStep.at,
            PlanStep.by_id,
        )
        .where(PlanStep.patient_id.in_(whose), PlanStep.act.in_([PlanAct.ACTIVATE, PlanAct.HOLD]))
        .order_by(PlanStep.at, PlanStep.id)
    )  # fmt: skip
    for row in rows:
        found[row.patient_id].append(
            Step(row.act, row.cause, row.reason, row.at, is_by_program=row.by_id is None)
        )
    return found


def _scores(whose: Whose) -> Mapping[str, Mapping[uuid.UUID, Scored]]:
    """Return instrument -> patient -> the newest primary score that counts."""
    primary = {one.id: one.primary.id for one in catalogue().values() if one.has_primary}
    found: dict[str, dict[uuid.UUID, Scored]] = defaultdict(dict)
    rows = db.session.execute(
        sa.select(
            LatestScore.patient_id, LatestScore.instrument, LatestScore.score,
            LatestScore.baseline, LatestScore.recent,
        ).where(LatestScore.patient_id.in_(whose), LatestScore.score.in_(set(primary.values())))
    )  # fmt: skip
    for row in rows:
        if primary.get(row.instrument) == row.score:
            first = read_baseline(row.baseline).reading
            found[row.instrument][row.patient_id] = Scored(first, read(row.recent)[-1])
    return found


def _events(whose: Whose) -> Mapping[uuid.UUID, Sequence[AdverseEvent]]:
    """Return what is known now of each adverse event: entries that were amended are left out."""
    later = aliased(AdverseEvent)
    rows = db.session.scalars(
        sa.select(AdverseEvent)
        .where(
            AdverseEvent.patient_id.in_(whose),
            ~sa.exists().where(later.amends_id == AdverseEvent.id),
        )
        .order_by(AdverseEvent.began_at, AdverseEvent.id)
    )
    found: dict[uuid.UUID, list[AdverseEvent]] = defaultdict(list)
    for row in rows:
        found[row.patient_id].append(row)
    return found


def _asked(
    whose: Whose, *, since: dt.datetime | None, at: dt.datetime
) -> Mapping[uuid.UUID, Mapping[Answer, int]]:
    """Return patient -> how many check-ins were answered, missed and so on, counted there."""
    each = sa.select(CheckIn.patient_id, _became(at).label("became")).where(
        CheckIn.patient_id.in_(whose), CheckIn.due_at <= at
    )
    one = (each.where(CheckIn.due_at >= since) if since else each).subquery().c
    found: dict[uuid.UUID, dict[Answer, int]] = defaultdict(dict)
    for patient_id, became, number in db.session.execute(
        sa.select(one.patient_id, one.became, sa.func.count()).group_by(one.patient_id, one.became)
    ):
        found[patient_id][Answer(became)] = number
    return found


def _became(at: dt.datetime) -> sa.ColumnElement[str]:
    """Return what became of a check-in; its time may be over before anybody has ended it."""
    is_over = sa.or_(CheckIn.ended_at.is_not(None), CheckIn.closes_at <= at)
    has_answers = sa.exists().where(CheckInAnswer.check_in_id == CheckIn.id)
    return sa.case(
        (CheckIn.cancelled_at.is_not(None), Answer.CANCELLED.value),
        (CheckIn.finished_at.is_not(None), Answer.ANSWERED.value),
        (sa.not_(is_over), Answer.OPEN.value),
        (has_answers, Answer.UNFINISHED.value),
        (CheckIn.sent_at.is_not(None), Answer.MISSED.value),
        else_=Answer.NEVER_SENT.value,
    )
