"""The daily round: judge for today whoever was not, a few at a time, each in their own transaction.

Age and validity move by themselves; what nobody touches has to be judged again all the same.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import SQLAlchemyError

from dashboard.clearance import gathering, readiness
from dashboard.clock import now
from dashboard.db import db, expect_writing
from dashboard.errors import Refusal
from dashboard.patients.models import Patient

log = structlog.get_logger()
AT_ONCE = 40  # patients of one round; a round comes every minute
TROUBLES = (SQLAlchemyError, Refusal, LookupError, ValueError, ArithmeticError)


@dataclass(frozen=True)
class Done:
    """How many were judged, and how often it failed; it names nobody."""

    judged: int
    failed: int


def go(*, most: int = AT_ONCE) -> Done:
    """Judge those not judged for today; the trouble of one never stops the others. Commits."""
    judged = failed = 0
    for patient_id in _waiting(most):
        try:
            readiness.judge_anew(db.session.get_one(Patient, patient_id))
            db.session.commit()
            judged += 1
        except TROUBLES as problem:
            failed += 1
            log.error("clearance failed", subject=str(patient_id), kind=type(problem).__name__)
        finally:
            db.session.remove()
    if judged or failed:
        log.info("clearance round", judged=judged, failed=failed)
    return Done(judged, failed)


def _waiting(most: int) -> list[uuid.UUID]:
    """Look without keeping writers waiting."""
    expect_writing(False)
    try:
        today = now().astimezone(gathering.practice_zone()).date()
        return list(readiness.due(today=today, limit=most))
    finally:
        db.session.remove()
        expect_writing(True)
