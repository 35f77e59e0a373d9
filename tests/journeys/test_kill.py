"""What was acknowledged survives the server's sudden death: once, whole, and on the trail.

A real server is killed with SIGKILL at seeded moments in the middle of savings. The sender takes
a 303 for an acknowledgement; what was not acknowledged is sent again, exactly as it was.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
import random
import statistics
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from dashboard import trail
from dashboard.app import create_app
from dashboard.clinical.instruments import catalogue
from dashboard.db import db
from dashboard.settings import Mode, Settings
from tests import cast as people
from tests.databases import migrate
from tests.journeys.process import Client, Lost, Process, form_token
from tests.postgres import Server

SUBMISSIONS = 50
KILLS = 7
SEED = 20261103
COOKIE = "__Host-casement"
FIRST_DAY = dt.date(2024, 1, 2)
SIGNS_OF_A_VISIT = 3  # blood pressure is two, heart rate one


@dataclass
class Sending:
    """One form as it was filled in: sent until it is acknowledged, always the same."""

    number: int
    path: str
    fields: dict[str, object]
    acknowledged: bool = False

    @property
    def is_visit(self) -> bool:
        """Whether it is a visit; else it is a questionnaire."""
        return self.number % 2 == 0

    @property
    def day(self) -> dt.date:
        """The day it is about: every sending has its own."""
        return FIRST_DAY + dt.timedelta(days=self.number)


@dataclass
class Practice:
    """A practice in a folder of its own, with its server, its client and what was sent."""

    app: Flask
    settings: Settings
    patient: str
    cookies: dict[str, str]
    server: Process
    sent: list[Sending] = field(default_factory=list)

    @property
    def client(self) -> Client:
        """A client of the server that runs now."""
        return Client(self.server.port, self.cookies)

    def restart(self) -> None:
        """Start the server again after its death."""
        self.server = Process(self.settings)

    def rows(self, query: str) -> list[sa.Row]:
        """Read rows past every rule of the program."""
        with self.app.app_context(), db.engine.connect() as connection:
            return list(connection.execute(sa.text(query)))


@pytest.fixture
def practice(killed_database: str, tmp_path: Path) -> Iterator[Practice]:
    """A served practice on a database that writes through to the disk."""
    if killed_database == "sqlite":
        yield from _served(tmp_path, None)
        return
    with Server(durable=True) as postgres:
        yield from _served(tmp_path, postgres.create("killed"))


def _served(folder: Path, url: str | None) -> Iterator[Practice]:
    settings = Settings(mode=Mode.PRACTICE, instance=folder, keys=folder / "keys", database_url=url)
    app = create_app(settings)
    migrate(app)
    with app.app_context():
        cast = people.make_cast()
    alice = people.sign_in(app, cast.alice).client.get_cookie(COOKIE)
    assert alice is not None
    made = Practice(
        app, settings, f"/patients/{cast.ann_ref}", {COOKIE: alice.value}, Process(settings)
    )
    try:
        yield made
    finally:
        made.server.kill()
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.mark.slow
@pytest.mark.db
def test_nothing_acknowledged_is_lost_or_doubled_when_the_server_is_killed(practice):
    dice = random.Random(SEED)  # noqa: S311 - a seeded choice of moments, not a secret
    deaths = set(dice.sample(range(3, SUBMISSIONS), KILLS))
    took: list[float] = []
    survived = 0

    for number in range(SUBMISSIONS):
        sending = _filled_in(practice, number)
        practice.sent.append(sending)
        began = time.monotonic()
        killer = _kill_within(practice, dice, took) if number in deaths else None
        _send(practice, sending)
        took.append(time.monotonic() - began)
        if killer:
            killer.join()
            survived += sending.acknowledged
            practice.restart()
            _check(practice)
            _send(practice, sending)
        assert sending.acknowledged

    _check(practice)
    _check_sent_again(practice)
    assert survived < KILLS, "no killing came before its answer: the moments test nothing"


def _kill_within(practice: Practice, dice: random.Random, took: list[float]) -> threading.Timer:
    """Kill the server at some moment of the next saving, or shortly after it."""
    timer = threading.Timer(dice.uniform(0, 1.1) * statistics.median(took), practice.server.kill)
    timer.start()
    return timer


def _send(practice: Practice, sending: Sending) -> None:
    if sending.acknowledged:
        return
    try:
        answer = practice.client.post(sending.path, sending.fields)
    except Lost:
        return
    assert answer.status == 303, f"{sending.path} answered {answer.status}"
    sending.acknowledged = True


def _filled_in(practice: Practice, number: int) -> Sending:
    """Open a form as a person would and fill it in."""
    kind = "visits/new" if number % 2 == 0 else "scores/new/phq9"
    path = f"{practice.patient}/{kind}"
    page = practice.client.get(path)
    assert page.status == 200, page.status
    sending = Sending(number, path, people.form_fields(page.text))
    sending.fields["csrf_token"] = form_token(page.text)
    sending.fields |= _visit(sending) if sending.is_visit else _phq9(sending)
    return sending


def _visit(sending: Sending) -> dict[str, object]:
    return {
        "seen_on": f"{sending.day:%d-%b-%Y}",
        "seen_time": "10:00",
        "subjective": f"Sending {sending.number}.",
        "assessment": "Stable.",
        "plan": "Go on.",
        "blood_pressure": f"{100 + sending.number}/70",
        "heart_rate": "64",
        "save_draft": "1",
    }


def _phq9(sending: Sending) -> dict[str, object]:
    answers = {
        f"item_{item}": (sending.number + item) % 4 if item < 9 else 0 for item in range(1, 10)
    }
    return answers | {
        "taken_on": f"{sending.day:%d-%b-%Y}",
        "taken_time": "10:00",
        "mode": "interview",
    }


def _check(practice: Practice) -> None:
    """Look at the whole chart: all acknowledged there, nothing twice, nothing half, trail whole."""
    _check_visits(practice)
    _check_scores(practice)
    _check_latest(practice)
    with practice.app.app_context():
        verdict = trail.verify(db.session(), practice.app.extensions["keys"].trail)
        db.session.remove()
    assert verdict.is_whole, verdict.trouble
    created = practice.rows(
        "SELECT subject, count(*) FROM audit_event WHERE action = 'create' GROUP BY subject"
    )
    counts = {subject: count for subject, count in created}
    assert counts.get("visit", 0) == practice.rows("SELECT count(*) FROM visit")[0][0]
    assert counts.get("response", 0) == practice.rows("SELECT count(*) FROM response")[0][0]


def _check_visits(practice: Practice) -> None:
    found = practice.rows(
        "SELECT v.subjective, count(s.id) FROM visit v LEFT JOIN vital_sign s ON s.visit_id = v.id"
        " GROUP BY v.id, v.subjective"
    )
    texts = [text for text, _ in found]
    assert len(texts) == len(set(texts)), "a visit was doubled"
    assert {signs for _, signs in found} <= {SIGNS_OF_A_VISIT}, "a visit was half-saved"
    expected = {f"Sending {one.number}." for one in practice.sent if one.is_visit}
    sure = {f"Sending {one.number}." for one in practice.sent if one.is_visit and one.acknowledged}
    assert sure <= set(texts) <= expected


def _check_scores(practice: Practice) -> None:
    found = practice.rows(
        "SELECT r.taken_at, count(v.id) FROM response r"
        " LEFT JOIN score_value v ON v.response_id = r.id GROUP BY r.id, r.taken_at"
    )
    days = [_day(at) for at, _ in found]
    assert len(days) == len(set(days)), "a questionnaire was doubled"
    scores = len(catalogue()["phq9"].scores)
    assert {values for _, values in found} <= {scores}, "a questionnaire was half-saved"
    expected = {one.day for one in practice.sent if not one.is_visit}
    sure = {one.day for one in practice.sent if not one.is_visit and one.acknowledged}
    assert sure <= set(days) <= expected


def _check_latest(practice: Practice) -> None:
    """Compare what lists show with what the scores themselves say."""
    values = practice.rows(
        "SELECT taken_at, value, response_id FROM score_value WHERE score = 'total'"
        " AND standing = 'counts' ORDER BY taken_at"
    )
    latest = practice.rows("SELECT value, response_id, baseline, recent FROM latest_score"
                           " WHERE score = 'total'")  # fmt: skip
    if not values:
        assert not latest
        return
    ((value, response_id, baseline, recent),) = latest
    assert (value, response_id) == (values[-1][1], values[-1][2])
    assert json.loads(baseline)[0] is None  # no dose was recorded, so nothing is a baseline
    assert _numbers(recent) == [Fraction(one[1]) for one in values[-12:]]


def _check_sent_again(practice: Practice) -> None:
    """Send everything once more: each leads to its first result and adds nothing."""
    before = practice.rows("SELECT (SELECT count(*) FROM visit), (SELECT count(*) FROM response)")
    for sending in itertools.islice(practice.sent, 0, None, 7):
        answer = practice.client.post(sending.path, sending.fields)
        assert answer.status == 303
    after = practice.rows("SELECT (SELECT count(*) FROM visit), (SELECT count(*) FROM response)")
    assert before == after


def _day(at: object) -> dt.date:
    moment = at if isinstance(at, dt.datetime) else dt.datetime.fromisoformat(str(at))
    return moment.date()


def _numbers(text: str) -> list[Fraction]:
    return [Fraction(one[1]) for one in json.loads(text)]
