"""Signing a session that ran, and proving that it is still what was signed."""

from __future__ import annotations

import datetime as dt
import hashlib
import json

from dashboard.sessions import answering, measuring
from dashboard.sessions.models import Part, TreatmentSession

RENDERER = "casement-session-1"


def parts(session: TreatmentSession) -> list[object]:
    """Return every answer and reading that a signature covers, in one order and spelling."""
    return [
        [
            [one.part, one.key, one.value, one.is_confirmed, _instant(one.answered_at),
             str(one.by_id), _instant(one.recorded_at)]
            for one in answering.every(session) if one.part is not Part.ADDENDUM
        ],
        [
            [one.ref, one.minute, _instant(one.taken_at), one.typed, one.systolic, one.diastolic,
             one.rate, one.saturation, one.breaths, str(one.corrects_id), str(one.by_id)]
            for one in measuring.every(session)
        ],
    ]  # fmt: skip


def seal(session: TreatmentSession, covered: list[object], *, name: str) -> None:
    """Write the signature and the seal over all of it."""
    session.signed_name, session.sealed_by = name, RENDERER
    session.seal = digest(session, covered)


def is_intact(session: TreatmentSession) -> bool:
    """Whether a signed session is what its seal says."""
    return session.sealed_by == RENDERER and session.seal == digest(session, parts(session))


def digest(session: TreatmentSession, covered: list[object]) -> str:
    """Return the SHA-256 of everything that is signed."""
    text = json.dumps(
        [
            RENDERER, str(session.id), session.ref, str(session.patient_id), session.state,
            None if session.dose_mg is None else format(session.dose_mg, "f"), session.route,
            session.setting, session.location_state, str(session.plan_id),
            _instant(session.started_at), _instant(session.ended_at), str(session.ended_by_id),
            session.end_reason, session.signed_name, covered,
        ],
        ensure_ascii=False, separators=(",", ":"),
    )  # fmt: skip
    return hashlib.sha256(text.encode()).hexdigest()


def _instant(moment: dt.datetime | None) -> str:
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds") if moment else ""
