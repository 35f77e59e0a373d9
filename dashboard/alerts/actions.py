"""What becomes of an alert: raised, taken, handed over, noted, escalated, closed."""

from __future__ import annotations

import datetime as dt
import uuid
from http import HTTPStatus
from zoneinfo import ZoneInfo

import sqlalchemy as sa
import structlog

from dashboard.alerts import owners
from dashboard.alerts.models import Alert, Level, NoticeKind, Outcome, State, StepKind
from dashboard.alerts.raising import (
    answer_changed,
    notice,
    raise_alert,
    start_clock,
    step,
    tell_owner,
)
from dashboard.clinical.watch_rules import Finding
from dashboard.clock import now
from dashboard.db import db
from dashboard.errors import Refusal
from dashboard.patients import team
from dashboard.practice.models import Practice

__all__ = [
    "acknowledge", "answer_changed", "close", "escalate", "hand_over", "note", "pass_on",
    "raise_alert", "raise_found",
]  # fmt: skip

log = structlog.get_logger()
LONGEST_WORDS = 500


class AnsweredAgain(Refusal):
    """The patient answered again, or the answer was corrected, after you opened this page."""

    status = HTTPStatus.CONFLICT
    heading = "There is a newer answer"
    advice = "Go back and copy your text, then open the alert anew: it shows the newer answer."


class TakenAlready(Refusal):
    """Somebody has taken this alert already. Nothing was changed."""

    status = HTTPStatus.CONFLICT
    heading = "This alert was taken before"
    advice = "Open the alert to read by whom. Add a note, or hand it over to yourself."


class ClosedAlready(Refusal):
    """Somebody has closed this alert already. Nothing was changed."""

    status = HTTPStatus.CONFLICT
    heading = "This alert is closed"
    advice = "Open the alert to read who did what. Write what you want to add into a visit note."


class NotTheirs(Refusal):
    """That physician is not on the patient's care team any more. Nothing was changed."""

    status = HTTPStatus.CONFLICT
    heading = "The alert was not handed over"
    advice = "Go back and choose a physician on the care team."


def raise_found(
    patient_id: uuid.UUID,
    finding: Finding,
    *,
    instrument: str,
    version: str = "",
    response_id: uuid.UUID | None,
    at: dt.datetime | None = None,
) -> Alert:
    """Raise what watching scores found: counted, not doubled, while it is open."""
    moment, days = at or now(), finding.asks_for_repeat_within_days
    practice = db.session.get_one(Practice, 1)
    today = moment.astimezone(ZoneInfo(practice.time_zone)).date()
    name = f"{instrument}:{finding.rule_id.value}"
    words = " ".join((finding.words, *(f"{one}." for one in finding.evidence)))
    return raise_alert(
        patient_id,
        key=name,
        rule=name,
        level=Level(finding.level.value),
        words=words[:LONGEST_WORDS],
        instrument=instrument,
        version=version,
        response_id=response_id,
        repeat_by=None if days is None else today + dt.timedelta(days=days),
        at=moment,
    )


def acknowledge(
    alert_id: uuid.UUID,
    *,
    note: str,
    by: uuid.UUID,
    seen: dt.datetime | None = None,
    at: dt.datetime | None = None,
) -> Alert:
    """Take an alert: it is theirs now, and the clock stands still.

    `seen` is the newest answer that was on their page. Raises `AnsweredAgain`, `TakenAlready`,
    `ClosedAlready` or `NotOnTheTeam`.
    """
    alert, moment = _held(alert_id, seen=seen), at or now()
    if alert.state is State.ACKNOWLEDGED:
        raise TakenAlready
    team.refuse_outsiders(alert.patient_id, by)
    alert.state, alert.owner_id = State.ACKNOWLEDGED, by
    alert.acknowledged_at, alert.acknowledged_by_id = moment, by
    step(alert, StepKind.ACKNOWLEDGED, at=moment, by=by, note=note)
    return alert


def hand_over(
    alert_id: uuid.UUID,
    *,
    to: uuid.UUID,
    note: str,
    by: uuid.UUID,
    seen: dt.datetime | None = None,
    at: dt.datetime | None = None,
) -> Alert:
    """Give an alert to another physician of the care team, who has to take it.

    One that was taken gets a new clock; one that waits keeps the clock it has. Raises
    `AnsweredAgain`, `ClosedAlready`, `NotOnTheTeam` or `NotTheirs`.
    """
    alert, moment = _held(alert_id, seen=seen), at or now()
    team.refuse_outsiders(alert.patient_id, by)
    if not any(member == to for member, _ in owners.colleagues(alert.patient_id)):
        raise NotTheirs
    alert.owner_id = to
    if alert.state is State.ACKNOWLEDGED:
        start_clock(alert, at=moment)
    step(alert, StepKind.HANDED_OVER, at=moment, by=by, note=note)
    return alert


def note(alert_id: uuid.UUID, *, note: str, by: uuid.UUID, at: dt.datetime | None = None) -> Alert:
    """Add a note to an alert; raises `ClosedAlready`."""
    alert = _held(alert_id)
    step(alert, StepKind.NOTED, at=at or now(), by=by, note=note)
    return alert


def close(
    alert_id: uuid.UUID,
    *,
    outcome: Outcome,
    note: str,
    by: uuid.UUID,
    seen: dt.datetime | None = None,
    at: dt.datetime | None = None,
) -> Alert:
    """Close an alert for good: what it came to, and what was done.

    Raises `AnsweredAgain`, `ClosedAlready` or `NotOnTheTeam`.
    """
    alert, moment = _held(alert_id, seen=seen), at or now()
    team.refuse_outsiders(alert.patient_id, by)
    step(alert, StepKind.CLOSED, at=moment, by=by, note=note)
    db.session.flush()  # the database takes no step of a closed alert
    alert.state, alert.outcome = State.CLOSED, outcome
    alert.closed_at, alert.closed_by_id = moment, by
    if alert.acknowledged_at is None:
        alert.acknowledged_at, alert.acknowledged_by_id = moment, by
    db.session.flush()
    return alert


def pass_on(*, at: dt.datetime | None = None) -> int:
    """Give the alerts of whoever treats the patient no more to who does, and return how many.

    One that was taken has to be taken anew, with a new clock: nobody looks after it any more.
    """
    moment = at or now()
    left = db.session.scalars(
        sa.select(Alert)
        .where(Alert.closed_at.is_(None), owners.is_left())
        .order_by(Alert.id)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    for alert in left:
        alert.owner_id = owners.present(alert.patient_id)
        if alert.state is State.ACKNOWLEDGED:
            start_clock(alert, at=moment)
        step(alert, StepKind.OWNER_LEFT, at=moment)
        tell_owner(alert, at=moment)
    return len(left)


def escalate(*, at: dt.datetime | None = None) -> int:
    """Escalate every alert that nobody took in time, once a clock, and return how many.

    Two machines may do it at once: each alert is held by one of them until its commit.
    """
    moment = at or now()
    overdue = db.session.scalars(
        sa.select(Alert)
        .where(
            Alert.state == State.OPEN, Alert.due_at <= moment, Alert.escalated_at.is_(None)
        )
        .order_by(Alert.due_at, Alert.id)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()  # fmt: skip
    addresses = owners.addresses({alert.patient_id for alert in overdue})
    practice = db.session.get_one(Practice, 1).alert_email
    for alert in overdue:
        alert.escalated_at = moment
        step(alert, StepKind.ESCALATED, at=moment)
        told = {*addresses.get(alert.patient_id, ()), practice} - {""}
        if not told:
            log.warning("an overdue alert has nobody to be told", alert=str(alert.id))
        db.session.add_all(
            notice(alert, NoticeKind.OVERDUE, address=address, at=moment)
            for address in sorted(told)
        )
    return len(overdue)


def _held(alert_id: uuid.UUID, *, seen: dt.datetime | None = None) -> Alert:
    """Return an alert that nobody else changes until the commit."""
    alert = db.session.scalars(
        sa.select(Alert)
        .where(Alert.id == alert_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if alert.state is State.CLOSED:
        raise ClosedAlready
    if seen is not None and seen != alert.last_raised_at:
        raise AnsweredAgain
    return alert
