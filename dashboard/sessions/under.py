"""Under which clearance a session was started: the signed check, and what it went ahead under."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass

from dashboard import formats
from dashboard.clearance.models import ClearanceCheck
from dashboard.clinical.courses import SessionAct
from dashboard.db import db
from dashboard.sessions import steps
from dashboard.sessions.models import TreatmentSession


@dataclass(frozen=True)
class Under:
    """The check that opened a session; `overridden` are its cautions with who overrode them."""

    ref: str
    number: int
    overridden: tuple[str, ...]


def check_of(session: TreatmentSession) -> Under | None:
    """Return the check that a session was started under; None where it was not started."""
    begun = [one.check_id for one in steps.of(session) if one.act is SessionAct.START]
    check = db.session.get(ClearanceCheck, begun[0]) if begun and begun[0] else None
    if check is None or check.patient_id != session.patient_id:
        return None
    made = json.loads(check.content)["overrides"]
    return Under(check.ref, check.number, tuple(_words(rule, one) for rule, one in made.items()))


def _words(rule: str, one: dict[str, str]) -> str:
    second = f", agreed by {one['second']}" if one["second"] else ""
    until = formats.day(dt.date.fromisoformat(one["until"]))
    return f"Caution {rule}. Overridden by {one['by']} until {until}{second}: {one['reason_kind']}"
