"""A check-in for Ann, its private link, and Ann's phone."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask
from werkzeug.test import TestResponse

from dashboard import links
from dashboard.actor import acting_as_job
from dashboard.checkins.models import CheckIn, Reason
from dashboard.checkins.questions import questions_of
from dashboard.clinical.instruments import catalogue
from dashboard.clock import now
from dashboard.db import db, new_id
from tests.cast import Visitor

BORN = {"month": "3", "day": "14", "year": "1996"}
WEEK = dt.timedelta(days=7)
CHECK_IN = links.Purpose.CHECK_IN


@dataclass(frozen=True)
class Asked:
    """One check-in as it was made: its key, the secret of its link, what its forms are about."""

    id: uuid.UUID
    token: str
    marks: Mapping[str, str]

    @property
    def door(self) -> str:
        """The address that is sent to the patient."""
        return f"/c/{self.token}"


def ask(app: Flask, patient_id: uuid.UUID, *names: str) -> Asked:
    """Make a check-in of these questionnaires and a link to it."""
    with app.app_context(), acting_as_job("test data"):
        check_in = CheckIn(
            id=new_id(),
            patient_id=patient_id,
            occasion=f"by hand {new_id()}",
            reason=Reason.BY_HAND,
            questionnaires=json.dumps([[name, catalogue()[name].version] for name in names]),
            due_at=now(),
            closes_at=now() + WEEK,
            zone_name="America/New_York",
        )
        db.session.add(check_in)
        token = links.issue(CHECK_IN, subject_id=check_in.id, lifetime=WEEK)
        db.session.commit()
        asked = Asked(check_in.id, token, _marks(check_in))
        db.session.remove()
    return asked


def _marks(check_in: CheckIn) -> dict[str, str]:
    """Return address -> what the form there says it is about."""
    marks = {
        f"/check-in/{one.number}": ":".join((check_in.ref, *one.key))
        for one in questions_of(check_in.questionnaires)
    }
    return {**marks, "/check-in/send": check_in.ref}


class Phone(Visitor):
    """The patient's phone, without scripts, showing the pages of the check-in opened last."""

    showing: Asked | None = None

    def enter(self, asked: Asked, born: Mapping[str, str] = BORN) -> TestResponse:
        """Open the link and tell a birth date."""
        self.showing = asked
        return self.post(asked.door, born)

    def post(
        self, path: str, fields: Mapping[str, object] | None = None, **options: object
    ) -> TestResponse:
        """Send the form of a page that is on the screen."""
        mark = self.showing.marks.get(path) if self.showing else None
        return super().post(path, {**({"of": mark} if mark else {}), **(fields or {})}, **options)

    def answer(self, number: int, value: object) -> TestResponse:
        """Answer one question."""
        return self.post(f"/check-in/{number}", {"answer": value})

    def fill_in_all(self, values: Mapping[int, object]) -> None:
        """Answer questions one after the other."""
        for number, value in values.items():
            assert self.answer(number, value).status_code == 303


def phone_of(app: Flask, asked: Asked) -> Phone:
    """Return a phone on which the check-in was opened and the birth date proved."""
    phone = Phone(app)
    assert phone.enter(asked).location == "/check-in"
    return phone
