"""Rounds go on whatever one of them does, act as a named job, and stop when told."""

import threading

import pytest
import structlog

from dashboard.actor import current_actor
from dashboard.rounds import Round, Rounds

pytestmark = pytest.mark.one_database
SOON = 0.01
PATIENCE = 10


def test_rounds_go_on_after_an_error_and_act_as_jobs_that_see_every_patient(app):
    actors, third = [], threading.Event()

    def breaks() -> None:
        raise MemoryError("a patient's name")

    def works() -> None:
        actors.append(current_actor())
        if len(actors) == 3:
            third.set()

    with structlog.testing.capture_logs() as logs:
        rounds = Rounds(app, [Round("breaks", breaks), Round("works", works)], every_seconds=SOON)
        rounds.start()
        assert third.wait(PATIENCE)
        rounds.stop()

    assert actors[0].name == "job: works" and actors[0].sees_every_patient
    assert {"event": "round failed", "round": "breaks", "kind": "MemoryError",
            "log_level": "error"} in logs  # fmt: skip


def test_rounds_end_when_they_are_stopped(app):
    seen, first = [], threading.Event()

    def act() -> None:
        seen.append(1)
        first.set()

    rounds = Rounds(app, [Round("counts", act)], every_seconds=SOON)
    rounds.start()
    assert first.wait(PATIENCE)
    rounds.stop()
    n_seen = len(seen)

    assert not threading.Event().wait(5 * SOON) and len(seen) == n_seen


def test_a_round_that_waits_keeps_no_other_from_its_time(app):
    third, seen, may_end = threading.Event(), [], threading.Event()

    def waits() -> None:
        may_end.wait(PATIENCE)

    def works() -> None:
        seen.append(1)
        if len(seen) == 3:
            third.set()

    rounds = Rounds(app, [Round("waits", waits), Round("works", works)], every_seconds=SOON)
    rounds.start()
    assert third.wait(PATIENCE / 2)
    may_end.set()
    rounds.stop()
