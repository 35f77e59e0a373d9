"""The free assessment as a stranger fills it in, and the practice that has it switched on."""

from __future__ import annotations

from dataclasses import asdict

import time_machine
from flask import Flask

from dashboard.actor import acting_as_job
from dashboard.clock import now
from dashboard.db import db
from dashboard.practice.models import Practice
from dashboard.referrals import actions, stamps
from dashboard.referrals.actions import Answers
from dashboard.referrals.models import FreeAssessment, Referral
from tests.cast import Visitor

PAGE = "/free-assessment"
THANKS = "/free-assessment/thanks"
GOOD = {
    "is_adult": "yes", "place": "NJ", "given_name": "Dora", "family_name": "Delaney",
    "email": "dora@mail.example", "telephone": "201-555-0142", "best_time": "weekdays after 5 pm",
    "may_leave_message": "no", "brings": "I binge at night & cannot stop.",
    "seeing": ["therapist", "dietitian"], "may_contact": "y",
}  # fmt: skip


def switch_on(app: Flask, *, states: str = "FL NJ") -> None:
    """Open the page, as an admin would."""
    with app.app_context(), acting_as_job("test data"):
        practice = db.session.get_one(Practice, 1)
        practice.free_assessment, practice.states_served = True, states
        db.session.commit()
        db.session.remove()


def send(visitor: Visitor, address: str = "127.0.0.1", **changes: object):
    """Fill the page in as slowly as a person does, and send it from a network address."""
    fields = visitor.fields(PAGE)
    with time_machine.travel(now() + stamps.AT_LEAST, tick=False):
        return visitor.post(
            PAGE, {**fields, **GOOD, **changes}, environ_overrides={"REMOTE_ADDR": address}
        )


DORA = Answers(
    place="NJ", given_name="Dora", family_name="Delaney", email="dora@mail.example",
    telephone="201-555-0142", best_time="", may_leave_message=False,
    brings="<b>I binge</b> at night.", sees_therapist=True, sees_dietitian=False,
    sees_physician=False,
)  # fmt: skip


def refer(app: Flask, answers: Answers = DORA) -> str:
    """Let somebody have sent the free assessment; return the referral's public id."""
    with app.app_context(), acting_as_job("test data"):
        referral = actions.receive(answers, address="192.0.2.1")
        db.session.commit()
        ref = referral.ref
        db.session.remove()
    return ref


def came_today(app: Flask, count: int) -> None:
    """Let so many sendings have come today, from many places."""
    with app.app_context(), acting_as_job("test data"):
        referral = Referral()
        db.session.add(referral)
        db.session.flush()
        db.session.add_all(
            FreeAssessment(
                referral_id=referral.id, number=number, address_digest="", **asdict(DORA)
            )
            for number in range(count)
        )  # fmt: skip
        db.session.commit()
        db.session.remove()
