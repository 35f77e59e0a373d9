"""The session of an address, who acts on it, and where its pages are: for the session's pages."""

from __future__ import annotations

from flask import abort, g, request, url_for

from dashboard import submissions
from dashboard.actor import current_actor
from dashboard.clinical.courses import SessionState
from dashboard.forms import SUBMISSION
from dashboard.sessions import planned
from dashboard.sessions.models import TreatmentSession
from dashboard.sessions.steps import By, MovedOn

PAGE_OF = {
    SessionState.PREFLIGHT: "sessions.preflight",
    SessionState.STARTED: "sessions.live",
    SessionState.RELEASED: "sessions.record",
    SessionState.ABANDONED: "sessions.record",
}


def found(session_ref: str) -> TreatmentSession:
    """Return the session of the address, or answer that there is none."""
    return planned.of(g.patient.id, session_ref) or abort(404)


def found_in(session_ref: str, *states: SessionState) -> TreatmentSession:
    """Return the session of the address; raise `MovedOn` unless it is in one of these states.

    A form that was acted upon before leads to its first result instead (`AlreadyDone`).
    """
    session = found(session_ref)
    if session.state not in states:
        sent = request.form.get("submission_id", "")
        if SUBMISSION.fullmatch(sent):
            submissions.refuse_repeat(sent)
        raise MovedOn
    return session


def acting() -> By:
    """Return who acts."""
    actor = current_actor()
    return By(actor.id or abort(403), actor.name)


def page_of(session: TreatmentSession) -> str:
    """Return the address of a session's page in its present state."""
    return address(PAGE_OF.get(session.state, "sessions.show"), session)


def address(endpoint: str, session: TreatmentSession) -> str:
    """Return the address of one of a session's pages."""
    return url_for(endpoint, patient_ref=g.patient.ref, session_ref=session.ref)
