"""What the tests of schedules and sending need: a schedule, a round at a moment, an outbox."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from pathlib import Path

from flask import Flask

from dashboard.actor import acting_as_job
from dashboard.checkins import rounds
from dashboard.checkins.models import CheckIn, CheckInAnswer, Schedule, ScheduleEntry, Timing
from dashboard.db import db
from dashboard.mail_route import Outbox, Route
from dashboard.patients.models import Patient

MONDAY = dt.datetime(2026, 11, 2, 14, 30, tzinfo=dt.UTC)  # 09:30 in New York
FIRST_DAY = MONDAY.date()
DAY = dt.timedelta(days=1)
LINK = re.compile(r"/c/([A-Za-z0-9_-]{43})")


@contextmanager
def mailing(app: Flask, folder: Path, route: Route | None = None) -> Iterator[Path]:
    """Let mail go into a folder, or the way that is named, until the block ends."""
    before = app.extensions["settings"]
    app.extensions["settings"] = dataclasses.replace(
        before, mail=route or Outbox(), instance=folder
    )
    try:
        yield folder / "outbox"
    finally:
        app.extensions["settings"] = before


def letters(outbox: Path) -> list[tuple[str, str]]:
    """Return (recipient, text) of every message in an outbox, in the order they were sent."""
    found = [
        message_from_bytes(file.read_bytes(), policy=policy.default)
        for file in sorted(outbox.glob("*.eml"))
    ]
    return [(str(one["To"]), one.get_content()) for one in found]


def token_in(text: str) -> str:
    """Return the token of the link in a text."""
    found = LINK.search(text)
    assert found, "no link"
    return found[1]


@contextmanager
def as_job(app: Flask) -> Iterator[None]:
    """Act as a job within the program."""
    with app.app_context(), acting_as_job("test data"):
        yield
        db.session.remove()


def schedule(
    app: Flask,
    patient_id: uuid.UUID,
    by: uuid.UUID,
    *names: str,
    every: int = 7,
    starts_on: dt.date = FIRST_DAY,
    email: str = "ann@example.org",
    **way: object,
) -> None:
    """Give a patient an e-mail address and a calendar schedule that begins with the day."""
    with as_job(app):
        db.session.get_one(Patient, patient_id).email = email
        begun = dt.datetime.combine(starts_on, dt.time(12), dt.UTC)
        db.session.add(Schedule(patient_id=patient_id, begun_at=begun, changed_by_id=by, **way))
        db.session.add_all(
            ScheduleEntry(
                patient_id=patient_id, instrument=name, timing=Timing.CALENDAR, every_days=every,
                starts_on=starts_on, added_by_id=by,
            )
            for name in names
        )  # fmt: skip
        db.session.commit()


def round_at(app: Flask, at: dt.datetime, memory: rounds.Memory | None = None) -> rounds.Done:
    """Run one round as cron does."""
    with app.app_context(), acting_as_job("check-ins"):
        return rounds.run(at=at, memory=memory)


def answer(app: Flask, check_in_id: uuid.UUID, at: dt.datetime, **values: int | None) -> None:
    """Store answers as the patient's pages do, such as phq9_1=2; None is declined."""
    with as_job(app):
        check_in = db.session.get_one(CheckIn, check_in_id)
        for key, value in values.items():
            instrument, _, item = key.rpartition("_")
            db.session.add(
                CheckInAnswer(
                    patient_id=check_in.patient_id, check_in_id=check_in.id,
                    instrument=instrument, item=item, value=value, is_declined=value is None,
                    given_at=at,
                )
            )  # fmt: skip
        db.session.commit()
