"""Making check-ins, by hand or as the schedule says, the links to them, and cancelling them.

A scheduled check-in is made once: its occasion names it. Nothing here commits.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterable, Sequence
from http import HTTPStatus

import sqlalchemy as sa
from flask import current_app

from dashboard import links
from dashboard.checkins import open_now, planning
from dashboard.checkins.asking import objections
from dashboard.checkins.models import CheckIn, CheckInAnswer, Reason
from dashboard.clinical.instruments import Instrument, catalogue
from dashboard.clinical.schedules import Occasion
from dashboard.clock import now
from dashboard.db import db, new_id
from dashboard.errors import Refusal
from dashboard.links import Purpose
from dashboard.patients.models import Patient, Status

OPEN_DAYS = 7  # how long a check-in takes answers, at most
MOMENT = dt.timedelta(microseconds=1)


class NotAskable(Refusal):
    """These questionnaires cannot be asked by link now."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    heading = "This cannot be asked now"
    advice = "Go back and choose others, or enter the answers from paper."


class CheckInOver(Refusal):
    """This check-in takes no answers any more. No link was made and nothing was sent."""

    status = HTTPStatus.CONFLICT
    heading = "This check-in is over"
    advice = "Go back to the patient's check-ins and ask anew."


class HasAnswers(Refusal):
    """Answers were given to this check-in meanwhile. It was not cancelled."""

    status = HTTPStatus.CONFLICT
    heading = "The patient has begun to answer"
    advice = "Go back to the patient's check-ins and end it instead: the answers given are kept."


def make_by_hand(
    patient: Patient,
    *,
    instruments: Iterable[str],
    by: uuid.UUID | None,
    reason: Reason = Reason.BY_HAND,
    at: dt.datetime | None = None,
) -> CheckIn:
    """Make a check-in that opens now; raises `NotAskable` for what must not be asked now.

    Questionnaires are asked in the order given. An overlap with the days of the last answers is
    the caller's to ask about (`asking.objections`).
    """
    moment, names = at or now(), tuple(dict.fromkeys(instruments))
    final = [one for one in objections(patient, instruments=names, at=moment) if one.is_final]
    if final or not names:
        raise NotAskable(" ".join(one.words for one in final) or "Choose at least one.")
    key = new_id()
    made = _check_in(
        patient,
        occasion=f"{reason.name.lower()}:{key}",
        reason=reason,
        names=names,
        due_at=moment,
        closes_at=moment + dt.timedelta(days=OPEN_DAYS),
        made_at=moment,
    )
    made.id, made.made_by_id = key, by
    db.session.add(made)
    return made


def make_due(patient: Patient, *, at: dt.datetime) -> tuple[CheckIn, ...]:
    """Make the scheduled check-ins that are open at `at` and not made yet.

    What opened and closed again while nobody looked is not made: the patient was never asked.
    What another open check-in asks already is left to that one.
    """
    facts = planning.facts(patient, for_update=True)
    if facts.schedule is None or facts.schedule.is_paused or patient.status is Status.DISCHARGED:
        return ()
    start = at - dt.timedelta(days=OPEN_DAYS)
    due = facts.plan(start=start, until=at + MOMENT).occasions
    if not due:
        return ()
    made, asked = _made(patient.id, due), set(open_now.instruments(patient.id, at=at))
    new: list[CheckIn] = []
    for occasion in due:
        names = [name for name in occasion.instrument_ids if name not in asked]
        for lasts, together in _by_lifetime(names):
            key = key_of(occasion, lasts)
            if key in made or occasion.due_at + lasts <= at:
                continue
            new.append(_scheduled(patient, occasion, key, names=together, lasts=lasts, at=at))
            asked.update(together)
    db.session.add_all(new)
    return tuple(new)


def lifetime(name: str) -> dt.timedelta:
    """Return how long a scheduled questionnaire is open: a week, or until it may come again."""
    days = catalogue()[name].administration.shortest_interval_days
    return dt.timedelta(days=min(OPEN_DAYS, days))


def key_of(occasion: Occasion, lasts: dt.timedelta) -> str:
    """Name the check-in of one occasion that is open for so long: each is made once."""
    is_week = lasts.days == OPEN_DAYS
    return occasion.key if is_week else f"{occasion.key}:{lasts.days}d"


def _by_lifetime(names: Sequence[str]) -> list[tuple[dt.timedelta, list[str]]]:
    """Part what is open for a week from what asks about a day and must not wait for an answer."""
    found: dict[dt.timedelta, list[str]] = {}
    for name in names:
        found.setdefault(lifetime(name), []).append(name)
    return sorted(found.items(), reverse=True)


def issue_link(check_in: CheckIn, *, at: dt.datetime | None = None) -> str:
    """Make the one link that opens a check-in and return its token; an earlier link ends."""
    hold(check_in)
    left = check_in.closes_at - (at or now())
    if not check_in.is_open or left <= dt.timedelta():
        raise CheckInOver
    return links.issue(Purpose.CHECK_IN, subject_id=check_in.id, lifetime=left)


def address(token: str) -> str:
    """Return the address that a link's token makes."""
    base: str = current_app.extensions["settings"].base_url
    return f"{base}/c/{token}"


def cancel(check_in: CheckIn, *, reason: str, by: uuid.UUID, at: dt.datetime | None = None) -> None:
    """Take back a request that has no answers; its link ends. A second time changes nothing."""
    hold(check_in)
    if check_in.cancelled_at is not None:
        return
    if not check_in.is_open:
        raise CheckInOver
    if has_answers(check_in):
        raise HasAnswers
    check_in.cancelled_at, check_in.cancelled_by_id = at or now(), by
    check_in.cancelled_reason = reason
    links.revoke(Purpose.CHECK_IN, subject_id=check_in.id)


def hold(check_in: CheckIn) -> None:
    """Read a check-in anew and keep others from it until the transaction ends.

    The patient's answers and their sending hold it as well: whoever comes second sees the first.
    """
    db.session.flush()
    db.session.refresh(check_in, with_for_update=True)


def has_answers(check_in: CheckIn) -> bool:
    """Whether anything was answered or declined so far."""
    given = sa.select(CheckInAnswer.id).where(CheckInAnswer.check_in_id == check_in.id).limit(1)
    return db.session.scalar(given) is not None


def _made(patient_id: uuid.UUID, due: Sequence[Occasion]) -> set[str]:
    keys = {key_of(one, lifetime(name)) for one in due for name in one.instrument_ids}
    return set(
        db.session.scalars(
            sa.select(CheckIn.occasion).where(
                CheckIn.patient_id == patient_id, CheckIn.occasion.in_(keys)
            )
        )
    )


def _scheduled(
    patient: Patient,
    occasion: Occasion,
    key: str,
    *,
    names: Sequence[str],
    lasts: dt.timedelta,
    at: dt.datetime,
) -> CheckIn:
    return _check_in(
        patient,
        occasion=key,
        reason=Reason.SCHEDULED,
        names=names,
        due_at=occasion.due_at,
        closes_at=occasion.due_at + lasts,
        made_at=at,
    )


def _check_in(
    patient: Patient,
    *,
    occasion: str,
    reason: Reason,
    names: Sequence[str],
    due_at: dt.datetime,
    closes_at: dt.datetime,
    made_at: dt.datetime,
) -> CheckIn:
    known = catalogue()
    return CheckIn(
        patient_id=patient.id,
        occasion=occasion,
        reason=reason,
        questionnaires=_written([known[name] for name in names]),
        due_at=due_at,
        closes_at=closes_at,
        zone_name=planning.zone_of(patient).key,
        made_at=made_at,
    )


def _written(instruments: Sequence[Instrument]) -> str:
    pairs = [[one.id, one.version] for one in instruments]
    return json.dumps(pairs, ensure_ascii=False, separators=(",", ":"))
