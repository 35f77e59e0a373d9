"""A session from its pre-flight to its end: begun, started, released, abandoned, not done.

A start asks the clearance gate, the plan and the pre-flight on the server, in its own transaction;
nothing else starts a session. A release asks its criteria.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from dashboard import audit
from dashboard.clearance import gate, gathering
from dashboard.clinical.clearance import Purpose
from dashboard.clinical.courses import PlanState, SessionAct, SessionState
from dashboard.clinical.home_session import Release
from dashboard.clinical.home_session import judge_release as judged_release
from dashboard.clock import now
from dashboard.db import db
from dashboard.errors import Refusal
from dashboard.patients.models import Patient
from dashboard.sessions import actions, answering, effects, measuring, readying, sealing, steps
from dashboard.sessions.models import Dose, Part, Route, TreatmentSession
from dashboard.sessions.predose import pressure_before
from dashboard.sessions.readying import Readiness
from dashboard.sessions.steps import By, MovedOn

YES, NO = "yes", "no"
SLACK = dt.timedelta(minutes=1)  # clocks of browser and server


class NoActivePlan(Refusal):
    """No plan is active, so no session starts. Nothing was changed."""

    status = 409
    heading = "No plan is active"
    advice = "Activate the plan, or resume it when it is held."


class AnotherRuns(Refusal):
    """Another session of this patient has not ended. Nothing was changed."""

    status = 409
    heading = "Another session runs still"
    advice = "Release or abandon that one first."


class AboveThePlan(Refusal):
    """The dose is above the highest that the plan allows. Nothing was changed."""

    status = 422
    heading = "The dose is above the plan"
    advice = "Lower the dose, or sign a version of the plan that allows it."


class InTheFuture(Refusal):
    """A dose that lies in the future was not given. Nothing was changed."""

    status = 422
    heading = "The start is in the future"
    advice = "Correct day and time of the dose."


class NotReady(Refusal):
    """Something of the pre-flight or of the plan stands in the way. The session was not started."""

    status = 409
    heading = "The session may not start"
    advice = "What stands in the way is listed; answer it, or record that the session is not done."


class NotReleasable(Refusal):
    """The patient may not be left yet, or nobody has said that they may. Nothing was closed."""

    status = 409
    heading = "The release criteria do not hold"
    advice = "Answer each of them; what is open is listed."


def begin_preflight(session: TreatmentSession, *, by: By) -> None:
    """Begin the pre-flight of a planned session; raise `MovedOn`."""
    steps.take(session, SessionAct.BEGIN_PREFLIGHT, by=by)


def start(
    patient: Patient,
    session: TreatmentSession,
    *,
    dose_mg: Decimal,
    route: Route,
    given_at: dt.datetime,
    by: By,
    zone: str,
    reason: str = "",
) -> Dose:
    """Start a session with its dose; the gate, the plan and the pre-flight are asked here.

    Raises `gate.GateClosed`, `NoActivePlan`, `AnotherRuns`, `AboveThePlan`, `NotReady`,
    `InTheFuture`, `MovedOn`, and `steps.ReasonMissing` where the pre-flight has a caution.
    """
    moment = now()
    if given_at > moment + SLACK:
        raise InTheFuture
    if session.state is not SessionState.PREFLIGHT:
        raise MovedOn
    session.dose_mg, session.route = dose_mg, route
    on = given_at.astimezone(gathering.practice_zone()).date()
    standing = gate.require(
        patient, purpose=Purpose.SESSION, on=on, dose_at=given_at, session=session
    )
    db.session.refresh(session, with_for_update=True)
    found = readying.of_standing(session, standing, None, dose_at=given_at)
    _refuse(found, reason=reason)
    plan = found.plan
    if plan is None or standing.check is None:
        raise NoActivePlan
    steps.take(
        session, SessionAct.START, by=by, reason=reason, check_id=standing.check.id, is_open=True
    )
    session.started_at, session.plan_id = given_at, plan.id
    return actions.record(
        patient, given_at=given_at, zone=zone, dose_mg=dose_mg, route=route, by=by.id,
        session_id=session.id,
    )  # fmt: skip


def judge_release(session: TreatmentSession, *, at: dt.datetime) -> Release:
    """Judge whether the patient may be left at an instant, or was when observing ended."""
    held = answering.newest(session, Part.RELEASE)
    until = effects.observed_until(held)
    readings = [one for one in measuring.standing_of(session) if one.systolic is not None]
    return judged_release(
        {key: one.value == YES for key, one in held.items() if one.value in {YES, NO}},
        pressure=measuring.pressure_of(readings[-1]) if readings else None,
        baseline=pressure_before(session),
        minute=measuring.minute_of(session, min(at, until or at)),
    )


def release(session: TreatmentSession, *, by: By, at: dt.datetime | None = None) -> None:
    """Close and sign a session whose release criteria all hold; raise `NotReleasable`."""
    db.session.flush()
    db.session.refresh(session, with_for_update=True)
    if session.state is not SessionState.STARTED:
        raise MovedOn
    moment = at or now()
    if not judge_release(session, at=moment).may_leave:
        raise NotReleasable
    _close(session, SessionAct.RELEASE, by=by, at=moment, is_open=True)


def abandon(session: TreatmentSession, *, by: By, reason: str) -> None:
    """End a started session without release, with the reason; it is signed as it stands."""
    db.session.flush()
    db.session.refresh(session, with_for_update=True)
    _close(session, SessionAct.ABANDON, by=by, reason=reason, at=now())


def not_do(session: TreatmentSession, *, by: By, reason: str) -> None:
    """Record that a planned session does not take place, with the reason."""
    steps.take(session, SessionAct.NOT_DO, by=by, reason=reason)


def _refuse(found: Readiness, *, reason: str) -> None:
    if found.plan is None or found.plan.state is not PlanState.ACTIVE:
        raise NoActivePlan
    if found.other_runs:
        raise AnotherRuns
    if found.over_plan:
        raise AboveThePlan
    if found.blocks:
        raise NotReady
    if found.reasons_asked and not reason.strip():
        raise steps.ReasonMissing


def _close(
    session: TreatmentSession,
    act: SessionAct,
    *,
    by: By,
    at: dt.datetime,
    reason: str = "",
    is_open: bool = False,
) -> None:
    parts = sealing.parts(session)
    steps.take(session, act, by=by, reason=reason, is_open=is_open, at=at)
    sealing.seal(session, parts, name=by.name)
    audit.record(
        db.session, audit.Action.SIGN, subject="treatment_session", subject_id=str(session.id),
        patient_id=session.patient_id,
        detail={"seal": session.seal, "sealed_by": session.sealed_by},
    )  # fmt: skip
