"""Proving that every signed check is still what was signed.

The seal stands beside the check, which the database refuses to change, and in the trail, which is
chained under a key outside the database: both rewritten together still contradict the trail.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import sqlalchemy as sa

from dashboard import audit
from dashboard.clearance import checks
from dashboard.clearance.models import ClearanceCheck
from dashboard.db import db

BATCH = 500


@dataclass(frozen=True)
class Verdict:
    """Whether every signed check holds; `trouble` names the first that does not."""

    checks: int
    trouble: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether nothing was found."""
        return not self.trouble


def verify(*, batch: int = BATCH) -> Verdict:
    """Compare every check with its seal and with the trail, oldest first."""
    told, count = _told_in_the_trail(), 0
    query = sa.select(ClearanceCheck).order_by(ClearanceCheck.signed_at, ClearanceCheck.id)
    for check in db.session.scalars(query.execution_options(yield_per=batch)):
        if not checks.is_intact(check):
            return Verdict(count, f"check {check.ref} is not what was signed")
        if told.pop(str(check.id), "") != check.seal:
            return Verdict(count, f"the trail tells of another seal on check {check.ref}")
        count += 1
    if told:
        return Verdict(count, f"signed check {min(told)} is gone")
    return Verdict(count)


def _told_in_the_trail() -> dict[str, str]:
    event = audit.AuditEvent
    rows = db.session.execute(
        sa.select(event.subject_id, event.detail).where(
            event.action == audit.Action.SIGN.value, event.subject == "clearance_check"
        )
    )
    return {key: str(json.loads(detail)["seal"]) for key, detail in rows}
