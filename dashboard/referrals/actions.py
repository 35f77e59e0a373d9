"""Taking a free assessment in, and deciding about the referral it makes.

The two limits are the practice's guard against floods, no clinical numbers. Takers queue up on the
practice's row, so that simultaneous sendings are counted and joined one after another.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import ipaddress
import uuid
from dataclasses import asdict, dataclass

import sqlalchemy as sa
from flask import current_app

from dashboard.clock import now
from dashboard.db import db
from dashboard.errors import NotNow, Stale
from dashboard.patients.models import Patient
from dashboard.practice.models import Practice
from dashboard.referrals.models import FreeAssessment, Referral, State

PER_ADDRESS = 5
ADDRESS_SPAN = dt.timedelta(hours=1)
PER_DAY = 200
DAY = dt.timedelta(days=1)  # also how long the same contact is joined to what it sent before
HOUSEHOLD = 64  # bits of an IPv6 address that name one line; its owner chooses the rest


class Flooded(NotNow):
    """We cannot take more of these now. Please try again later, or telephone us."""


class AlreadyDecided(Stale):
    """Somebody decided about this referral in the meantime."""

    heading = "This referral was decided about already"
    advice = "Open it anew and see what was decided."


class NotRemovable(Stale):
    """Only a referral that was declined, or is spam, can be removed."""

    heading = "This referral stays"
    advice = "Open it anew and see what was decided."


@dataclass(frozen=True)
class Answers:
    """What somebody answered on the public page."""

    place: str
    given_name: str
    family_name: str
    email: str
    telephone: str
    best_time: str
    may_leave_message: bool
    brings: str
    sees_therapist: bool
    sees_dietitian: bool
    sees_physician: bool


def receive(answers: Answers, *, address: str, at: dt.datetime | None = None) -> Referral:
    """Keep what somebody sent: a new referral, or a further sending of one of the last day.

    Raises `Flooded` beyond the limits, and then keeps nothing.
    """
    at, origin = at or now(), digest(address)
    db.session.execute(sa.select(Practice.id).where(Practice.id == 1).with_for_update())
    _refuse_flood(origin, at)
    referral = _same_contact(answers, at)
    if referral is None:
        referral = Referral(received_at=at, state=State.NEW, times=1)
        db.session.add(referral)
        db.session.flush()
    else:
        referral.times += 1
    db.session.add(
        FreeAssessment(
            referral_id=referral.id, number=referral.times, received_at=at,
            address_digest=origin, **asdict(answers),
        )
    )  # fmt: skip
    return referral


def accept(
    referral: Referral, patient: Patient, *, by_id: uuid.UUID, at: dt.datetime | None = None
) -> None:
    """Tie a new referral to the patient its sender became. For good."""
    _decide(referral, State.ACCEPTED, by_id=by_id, at=at)
    referral.patient_id = patient.id


def decline(
    referral: Referral, *, reason: str, by_id: uuid.UUID, at: dt.datetime | None = None
) -> None:
    """Say no to a new referral, and why."""
    _decide(referral, State.DECLINED, by_id=by_id, at=at)
    referral.reason = reason


def mark_as_spam(referral: Referral, *, by_id: uuid.UUID) -> None:
    """Put a new referral aside as nobody's; harmless to repeat."""
    if referral.state is not State.SPAM:
        _decide(referral, State.SPAM, by_id=by_id)


def put_back(referral: Referral) -> None:
    """Make a declined referral or supposed spam new again; harmless to repeat."""
    if referral.state is State.ACCEPTED:
        raise AlreadyDecided
    referral.state, referral.reason = State.NEW, ""
    referral.decided_at = referral.decided_by_id = None


def remove(referral: Referral) -> None:
    """Remove a declined referral or spam for good, with everything its sender wrote."""
    if referral.state not in {State.DECLINED, State.SPAM}:
        raise NotRemovable
    written = sa.select(FreeAssessment).where(FreeAssessment.referral_id == referral.id)
    for one in db.session.scalars(written).all():
        db.session.delete(one)
    db.session.flush()
    db.session.delete(referral)


def digest(address: str) -> str:
    """Return a keyed digest of a network address; of an IPv6 address, of its line's part."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return _keyed("unknown")
    if known.version == 6 and known.ipv4_mapped is None:
        return _keyed(str(ipaddress.ip_network((known, HOUSEHOLD), strict=False)))
    return _keyed(str(getattr(known, "ipv4_mapped", None) or known))


def _keyed(text: str) -> str:
    key: bytes = current_app.extensions["keys"].seal
    return hmac.new(key, b"referral address\0" + text.encode(), hashlib.sha256).hexdigest()


def _decide(
    referral: Referral, state: State, *, by_id: uuid.UUID, at: dt.datetime | None = None
) -> None:
    if referral.state is not State.NEW:
        raise AlreadyDecided
    referral.state, referral.decided_at, referral.decided_by_id = state, at or now(), by_id


def _refuse_flood(origin: str, at: dt.datetime) -> None:
    sent_at, sender = FreeAssessment.received_at, FreeAssessment.address_digest
    counts = sa.select(
        sa.func.count(),
        sa.func.count().filter(sender == origin, sent_at > at - ADDRESS_SPAN),
    ).where(sent_at > at - DAY)
    in_all, from_here = db.session.execute(counts).one()
    if in_all >= PER_DAY or from_here >= PER_ADDRESS:
        raise Flooded


def _same_contact(answers: Answers, at: dt.datetime) -> Referral | None:
    """Return the undecided referral of the last day with the same e-mail or telephone number."""
    recent = db.session.execute(
        sa.select(Referral, FreeAssessment.email, FreeAssessment.telephone)
        .join(FreeAssessment, FreeAssessment.referral_id == Referral.id)
        .where(FreeAssessment.received_at > at - DAY, Referral.state == State.NEW)
        .order_by(FreeAssessment.received_at)
    )  # fmt: skip
    wanted = _contacts(answers.email, answers.telephone)
    return next((one for one, mail, phone in recent if _contacts(mail, phone) & wanted), None)


def _contacts(email: str, telephone: str) -> set[str]:
    """Return the ways to reach somebody, written so that equal ones are equal."""
    digits = "".join(c for c in telephone.partition("x")[0] if c in "0123456789")
    return {email.casefold(), digits[-10:]} - {""}
