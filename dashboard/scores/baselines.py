"""What change is counted from: the last valid score before the first dose, or a recorded choice.

`LatestScore.baseline` holds it for every score of every patient, so that a list asks for nothing
more. It is written anew whenever a score, a dose or a choice changes: see `renew`.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from dashboard.accounts.models import User
from dashboard.clinical.baseline import DAYS_BEFORE_FIRST_DOSE, Baseline, Basis, find
from dashboard.clock import now
from dashboard.db import db
from dashboard.patients.models import Patient
from dashboard.practice.models import Practice
from dashboard.scores.models import BaselineChoice, LatestScore, Response, ScoreValue, Standing
from dashboard.scores.readings import Taken, kept_baseline, read_baseline, taken
from dashboard.sessions.models import Dose

Found: TypeAlias = Baseline[Taken]
NONE: Found = Baseline(None, Basis.NONE, "No score has been recorded")
WINDOW = dt.timedelta(days=DAYS_BEFORE_FIRST_DOSE + 2)  # generous: `find` counts local days


@dataclass(frozen=True)
class Anchors:
    """What a patient's baselines hang on: the first dose, and the newest choices by instrument."""

    first_dose_at: dt.datetime | None
    chosen: Mapping[str, uuid.UUID]

    def are_of(self, instruments: Collection[str]) -> bool:
        """Whether anything here could give one of these instruments a baseline."""
        return self.first_dose_at is not None or not self.chosen.keys().isdisjoint(instruments)


@dataclass(frozen=True)
class Choice:
    """One recorded act: which response was made the baseline, by whom and why.

    `taken_at` is None where the act went back to the rule.
    """

    instrument: str
    taken_at: dt.datetime | None
    reason: str
    by: str
    at: dt.datetime


def anchors(patient_id: uuid.UUID) -> Anchors:
    """Return what a patient's baselines hang on, in one statement."""
    dose = sa.select(sa.literal(""), sa.literal(None, sa.Uuid()), sa.func.min(Dose.given_at)).where(
        Dose.patient_id == patient_id, Dose.entered_in_error_at.is_(None)
    )
    choices = sa.select(
        BaselineChoice.instrument, BaselineChoice.response_id, BaselineChoice.chosen_at.label("at")
    ).where(BaselineChoice.patient_id == patient_id)
    both = sa.union_all(choices, dose).subquery()
    rows = db.session.execute(sa.select(both)).all()
    first = next((row.at for row in rows if row.instrument == ""), None)
    newest = {
        row.instrument: row.response_id
        for row in sorted((row for row in rows if row.instrument), key=lambda row: row.at)
    }
    return Anchors(first, {name: one for name, one in newest.items() if one is not None})


def candidates(
    patient_id: uuid.UUID, instruments: Collection[str], *, hung_on: Anchors
) -> Sequence[ScoreValue]:
    """Return the scores that could be baselines: those shortly before the dose, and the chosen."""
    if not hung_on.are_of(instruments):
        return ()
    may_be = [ScoreValue.response_id.in_([*hung_on.chosen.values()])]
    if hung_on.first_dose_at is not None:
        may_be.append(
            ScoreValue.taken_at.between(hung_on.first_dose_at - WINDOW, hung_on.first_dose_at)
        )
    return db.session.scalars(
        sa.select(ScoreValue).where(
            ScoreValue.patient_id == patient_id,
            ScoreValue.instrument.in_(instruments),
            ScoreValue.value.is_not(None),
            sa.or_(*may_be),
        )
    ).all()


def among(
    values: Sequence[ScoreValue], instrument: str, score: str, *, hung_on: Anchors, zone: ZoneInfo
) -> Found:
    """Return the baseline of one score among the candidates."""
    mine = [one for one in values if (one.instrument, one.score) == (instrument, score)]
    chosen_id = hung_on.chosen.get(instrument)
    chosen = next((taken(one) for one in mine if one.response_id == chosen_id), None)
    return find(
        [taken(one) for one in mine if one.standing is Standing.COUNTS],
        first_dose_at=hung_on.first_dose_at,
        zone=zone,
        chosen=chosen,
    )


def renew(patient_id: uuid.UUID) -> None:
    """Write every baseline of a patient anew; call it when a dose or a choice has changed."""
    db.session.flush()
    rows = db.session.scalars(
        sa.select(LatestScore)
        .where(LatestScore.patient_id == patient_id)
        .order_by(LatestScore.instrument, LatestScore.score)
        .with_for_update()
    ).all()
    hung_on, zone = anchors(patient_id), local_zone()
    values = candidates(patient_id, {row.instrument for row in rows}, hung_on=hung_on)
    for row in rows:
        found = among(values, row.instrument, row.score, hung_on=hung_on, zone=zone)
        row.baseline = kept_baseline(found)


def choose(response: Response, *, reason: str, by: uuid.UUID) -> None:
    """Count change of this instrument from one response from now on; the act is kept."""
    _record(response.patient_id, response.instrument, response.id, reason=reason, by=by)


def go_back(patient: Patient, instrument: str, *, reason: str, by: uuid.UUID) -> None:
    """Count change from the last valid score before the first dose again; the act is kept."""
    _record(patient.id, instrument, None, reason=reason, by=by)


def held(patient_id: uuid.UUID) -> Mapping[tuple[str, str], Found]:
    """Return (instrument, score) -> its baseline, of every score the patient has."""
    rows = db.session.execute(
        sa.select(LatestScore.instrument, LatestScore.score, LatestScore.baseline).where(
            LatestScore.patient_id == patient_id
        )
    )
    return {(row.instrument, row.score): read_baseline(row.baseline) for row in rows}


def history(patient_id: uuid.UUID, instrument: str | None = None) -> Sequence[Choice]:
    """Return the recorded acts, newest first."""
    chosen = aliased(Response)
    query = (
        sa.select(
            BaselineChoice.instrument,
            chosen.taken_at,
            BaselineChoice.reason,
            User.name,
            BaselineChoice.chosen_at,
        )
        .join(User, User.id == BaselineChoice.chosen_by_id)
        .outerjoin(chosen, chosen.id == BaselineChoice.response_id)
        .where(BaselineChoice.patient_id == patient_id)
        .order_by(BaselineChoice.chosen_at.desc(), BaselineChoice.id.desc())
    )
    if instrument is not None:
        query = query.where(BaselineChoice.instrument == instrument)
    return [Choice(*row) for row in db.session.execute(query)]


def local_zone() -> ZoneInfo:
    """Return the practice's time zone, outside of requests as well: days are counted in it."""
    practice = db.session.get(Practice, 1)
    return ZoneInfo(practice.time_zone if practice else "UTC")


def _record(
    patient_id: uuid.UUID,
    instrument: str,
    response_id: uuid.UUID | None,
    *,
    reason: str,
    by: uuid.UUID,
) -> None:
    db.session.add(
        BaselineChoice(
            patient_id=patient_id,
            instrument=instrument,
            response_id=response_id,
            reason=reason,
            chosen_by_id=by,
            chosen_at=now(),
        )
    )
    renew(patient_id)
