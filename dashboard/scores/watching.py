"""Watching what was just recorded: worse, losing gains, not moving; alerts are raised at once.

Runs in the transaction of the score. What is read is bounded, however long the history.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from dashboard.alerts import actions as alerts
from dashboard.clinical.benchmarks import Count, early_change
from dashboard.clinical.formulas.body_size import Sex
from dashboard.clinical.instruments import Result
from dashboard.clinical.watch import watch
from dashboard.clinical.watch_ratings import DayRating, watch_early_change, watch_hypomania
from dashboard.clinical.watch_rules import Finding
from dashboard.db import db
from dashboard.patients.models import Patient
from dashboard.scores import baselines
from dashboard.scores.models import LatestScore, Response, ScoreValue, Standing
from dashboard.scores.readings import read_baseline, taken
from dashboard.sessions.models import Dose

LOOKED_AT = 60  # newest scores among which the best so far is sought: a year of weekly ones
BINGES, RATINGS = "counts_weekly", "nrs_daily"


def watch_over(patient: Patient, response: Response, result: Result) -> None:
    """Raise an alert for whatever the newest score calls for; an older entry calls for nothing."""
    instrument = result.instrument
    zone = baselines.local_zone()
    found: list[Finding] = []
    if instrument.has_primary:
        found += _scores(patient, response, result, zone)
    elif instrument.id in {BINGES, RATINGS}:
        found += _ratings(patient, response, result, zone)
    for finding in found:
        alerts.raise_found(
            patient.id,
            finding,
            instrument=instrument.id,
            version=instrument.version,
            response_id=response.id,
            at=response.recorded_at,
        )


def _scores(
    patient: Patient, response: Response, result: Result, zone: ZoneInfo
) -> tuple[Finding, ...]:
    instrument = result.instrument
    newest = db.session.get(LatestScore, (patient.id, instrument.id, instrument.primary.id))
    if newest is None or newest.response_id != response.id:
        return ()
    history = [
        taken(one).reading(zone)
        for one in _newest(patient.id, instrument.id, instrument.primary.id)
    ]
    doses = [at.astimezone(zone).date() for at in _doses(patient.id)]
    counted_from = read_baseline(newest.baseline).reading
    return watch(
        instrument,
        history=history,
        baseline=counted_from.reading(zone) if counted_from else None,
        first_dose_on=min(doses, default=None),
        sessions_on=doses,
        sex=_sex(patient),
    )


def _ratings(
    patient: Patient, response: Response, result: Result, zone: ZoneInfo
) -> Iterator[Finding]:
    on = response.taken_at.astimezone(zone).date()
    if result.instrument.id == RATINGS:
        sleep = _by_response(_newest(patient.id, RATINGS, "sleep_need"))
        energy = _by_response(_newest(patient.id, RATINGS, "energy"))
        days = [
            DayRating(
                one.taken_at.astimezone(zone).date(), _whole(one), _whole(energy.get(response_id))
            )
            for response_id, one in sleep.items()
        ]
        yield from watch_hypomania(days, as_of=on)
    elif doses := _doses(patient.id):
        counts = [
            Count(one.taken_at.astimezone(zone).date(), _whole(one))
            for one in _newest(patient.id, BINGES, "binge_days")
        ]
        started = min(doses).astimezone(zone).date()
        yield from watch_early_change(early_change(counts, starts_on=started, as_of=on))


def _newest(patient_id: uuid.UUID, instrument: str, score: str) -> Sequence[ScoreValue]:
    """Return the newest scores of one kind that count, oldest first."""
    rows = db.session.scalars(
        sa.select(ScoreValue)
        .where(
            ScoreValue.patient_id == patient_id,
            ScoreValue.instrument == instrument,
            ScoreValue.score == score,
            ScoreValue.standing == Standing.COUNTS,
        )
        .order_by(ScoreValue.taken_at.desc(), ScoreValue.response_id.desc())
        .limit(LOOKED_AT)
    ).all()
    return rows[::-1]


def _doses(patient_id: uuid.UUID) -> Sequence[dt.datetime]:
    return db.session.scalars(
        sa.select(Dose.given_at).where(
            Dose.patient_id == patient_id, Dose.entered_in_error_at.is_(None)
        )
    ).all()


def _by_response(values: Sequence[ScoreValue]) -> dict[uuid.UUID, ScoreValue]:
    return {one.response_id: one for one in values}


def _whole(value: ScoreValue | None) -> int | None:
    return None if value is None or value.value is None else int(value.value)


def _sex(patient: Patient) -> Sex | None:
    given = patient.sex_for_ranges.value
    return Sex(given) if given in {one.value for one in Sex} else None
