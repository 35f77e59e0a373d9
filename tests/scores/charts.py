"""Charts full of scores, written by the program's own actions."""

from __future__ import annotations

import datetime as dt

from flask import Flask

from dashboard.actor import acting_as_job
from dashboard.clinical.instruments import catalogue
from dashboard.clock import now
from dashboard.db import db
from dashboard.patients.models import Patient
from dashboard.scores import actions
from dashboard.scores.models import Mode
from tests.cast import Cast


def many(app: Flask, cast: Cast, *instruments: str, count: int) -> None:
    """Give Ann `count` responses of each questionnaire, one a day up to yesterday."""
    with app.app_context(), acting_as_job("test data"):
        ann = db.session.get_one(Patient, cast.ann)
        for name in instruments:
            instrument = catalogue()[name]
            for n in range(count):
                answers = {item.id: (n + int(item.id)) % 3 for item in instrument.items}
                if name == "phq9":
                    answers["9"] = 0
                actions.record(
                    ann, instrument=instrument, answers=answers, mode=Mode.PAPER, by=cast.alice,
                    taken_at=now() - dt.timedelta(days=count - n), zone="America/New_York",
                )  # fmt: skip
        db.session.commit()
        db.session.remove()
