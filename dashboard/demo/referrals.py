"""The demo's referrals: what came in by the public page, and what was decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.db import db
from dashboard.demo.staff import Member
from dashboard.patients.models import Patient
from dashboard.referrals import actions
from dashboard.referrals.actions import Answers

DECIDED_AFTER = dt.timedelta(hours=20)
NOT_HERE = (
    "Is treated in a day program already and wants ketamine beside it; we work with one team."
)


@dataclass(frozen=True)
class Sent:
    """One sending of the public page, hours ago, and what became of it."""

    hours_ago: int
    answers: Answers
    accepted_as: str = ""
    declined: str = ""


def _answers(
    name: str, place: str, brings: str, *, seeing: str = "", telephone: str = "",
    best_time: str = "", may_leave_message: bool = False,
) -> Answers:  # fmt: skip
    given, _, family = name.partition(" ")
    return Answers(
        place=place, given_name=given, family_name=family,
        email=f"{given}.{family}@demo.example".casefold(), telephone=telephone,
        best_time=best_time, may_leave_message=may_leave_message, brings=brings,
        sees_therapist="therapist" in seeing, sees_dietitian="dietitian" in seeing,
        sees_physician="physician" in seeing,
    )  # fmt: skip


SENT = (
    Sent(
        1060,
        _answers(
            "Odile Marchetti", "MA", "I have been in a day program since August and it is slow. "
            "A friend says ketamine made it quick.", seeing="therapist dietitian physician",
        ),
        declined=NOT_HERE,
    ),
    Sent(
        280,
        _answers(
            "Alicia Brooks", "NY", "Bulimia since I was nineteen. Three therapists, two medicines. "
            "My psychiatrist mentioned you.", seeing="therapist physician",
            telephone="518-555-0166", best_time="mornings before nine", may_leave_message=True,
        ),
        accepted_as="005133",
    ),
    Sent(
        52,
        _answers(
            "Petra Lindgren", "NJ", "I binge at night, nearly every night, and I have tried to "
            "stop for ten years. I do not know whether ketamine is for this.",
            seeing="therapist", telephone="518-555-0171", best_time="weekdays after 5 pm",
        ),
    ),
    Sent(
        19,
        _answers(
            "Jamal Whitaker-Cruz", "PA", "I stopped eating with people. My wife wrote the first "
            "half of this and I wrote the second.", telephone="518-555-0174",
            best_time="any time", may_leave_message=True,
        ),
    ),
    Sent(3, _answers("Noor Haddad", "CT", "", seeing="dietitian")),
)  # fmt: skip


def write(patients: Mapping[str, Patient], by: Member, *, now: dt.datetime) -> None:
    """Add what was sent; one that was accepted needs its patient (`patients` by record number)."""
    for number, sent in enumerate(SENT, 1):
        if sent.accepted_as and sent.accepted_as not in patients:
            continue
        at = now - dt.timedelta(hours=sent.hours_ago)
        referral = actions.receive(sent.answers, address=f"192.0.2.{number}", at=at)
        db.session.flush()
        decided_at = at + DECIDED_AFTER
        if sent.accepted_as:
            patient = patients[sent.accepted_as]
            actions.accept(referral, patient, by_id=by.id, at=decided_at)
        if sent.declined:
            actions.decline(referral, reason=sent.declined, by_id=by.id, at=decided_at)
    db.session.flush()
