"""Proving that every signed consent is still what was signed, and that the trail tells the same."""

from __future__ import annotations

import json
from dataclasses import dataclass

import sqlalchemy as sa

from dashboard import audit
from dashboard.consents import rows, sealing
from dashboard.consents.models import Consent, ConsentAnswer, ConsentInitial
from dashboard.consents.texts import UnknownText, definition
from dashboard.db import db

BATCH = 500


@dataclass(frozen=True)
class Verdict:
    """How many consents hold; `trouble` names the first that does not."""

    consents: int
    trouble: str = ""


def verify(*, batch: int = BATCH) -> Verdict:
    """Compare every signed consent with its seal, its text and the trail, oldest first."""
    told, count, after = _told_in_the_trail(), 0, None
    while found := _batch(after, batch):
        for consent in found:
            if trouble := _trouble(consent, told.pop(str(consent.id), "")):
                return Verdict(count, f"consent {consent.ref}: {trouble}")
            count += 1
        after = found[-1].id
        db.session.expunge_all()
    return Verdict(count, f"signed consent {min(told)} is gone" if told else "")


def _trouble(consent: Consent, told: str) -> str:
    initials = rows.of_consent(ConsentInitial, consent)
    answers = rows.of_consent(ConsentAnswer, consent)
    if not sealing.is_intact(consent, initials=initials, answers=answers):
        return "not what was signed"
    if told != consent.seal:
        return "the trail tells of another seal"
    try:
        is_same = definition(consent.text_name).sha256 == consent.text_sha256
    except UnknownText:
        is_same = False
    return "" if is_same else "its text is not shipped as it was"


def _batch(after: object, size: int) -> list[Consent]:
    query = sa.select(Consent).where(Consent.signed_at.is_not(None))
    if after is not None:
        query = query.where(Consent.id > after)
    return list(db.session.scalars(query.order_by(Consent.id).limit(size)))


def _told_in_the_trail() -> dict[str, str]:
    event = audit.AuditEvent
    told = db.session.execute(
        sa.select(event.subject_id, event.detail).where(
            event.action == audit.Action.SIGN.value, event.subject == "consent"
        )
    )
    return {consent_id: str(json.loads(detail)["seal"]) for consent_id, detail in told}
