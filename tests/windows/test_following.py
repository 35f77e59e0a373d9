"""After a dose two contacts are due, once each; a dose in error calls them off."""

import datetime as dt

import pytest
import time_machine

from dashboard.actor import acting_as_job
from dashboard.db import db
from dashboard.sessions.models import Dose
from dashboard.tasks import actions as tasks
from dashboard.windows import following
from tests.windows.appointments import dose, write

EVENING = dt.datetime(2026, 10, 31, 23, tzinfo=dt.UTC)  # 19:00; the clocks go back that night
DAY = dt.timedelta(days=1)
TASKS = "SELECT words, due_on, state, owner_id FROM task ORDER BY due_on, words"


@pytest.fixture
def scheduled(app, cast):
    """Record a dose of Ann of a moment and schedule what follows it, some days later."""

    def do(given_at, *, days=0, times=1):
        with time_machine.travel(given_at + days * DAY, tick=False):
            given = dose(cast.ann, given_at, by=cast.alice)
            write(app, [given])
            with app.app_context(), acting_as_job("test"):
                for _ in range(times):
                    following.schedule(db.session.get_one(Dose, given.id), by=cast.bob)
                db.session.commit()
                db.session.remove()
            return given.id

    return do


def days(rows):
    return [(row[0], str(row[1])) for row in rows(TASKS)]


def test_a_dose_asks_for_a_contact_the_next_day_and_after_72_hours_once(scheduled, rows, cast):
    scheduled(EVENING, times=3)

    assert days(rows) == [
        ("Contact the day after the dose of 31-Oct-2026: the first one, so by the prescriber",
         "2026-11-01"),
        ("72-hour contact after the dose of 31-Oct-2026", "2026-11-03"),
    ]  # fmt: skip
    scheduled(EVENING + 7 * DAY)
    assert "prescriber" not in days(rows)[2][0], "only the first dose asks for the prescriber"
    assert len(days(rows)) == 4


def test_what_was_done_is_not_raised_again_and_an_error_calls_the_rest_off(
    app, scheduled, rows, cast
):
    dose_id = scheduled(EVENING)
    with app.app_context(), acting_as_job("test"):
        given = db.session.get_one(Dose, dose_id)
        first, _ = following._of(given)
        tasks.finish(first, by=(cast.alice, "Alice Adler"))
        assert following.schedule(given, by=cast.alice) == ()
        following.call_off(given, by=(cast.alice, "Alice Adler"))
        db.session.commit()
        db.session.remove()

    assert sorted(row[2] for row in rows(TASKS)) == ["done", "dropped"]


@pytest.mark.parametrize(
    ("late", "due"),
    [(1, ["2026-11-01", "2026-11-03"]), (2, ["2026-11-02", "2026-11-03"]), (3, ["2026-11-03"]),
     (4, [])],
)  # fmt: skip
@pytest.mark.one_database
def test_a_dose_recorded_later_asks_for_what_can_still_be_done(scheduled, rows, late, due):
    scheduled(EVENING, days=late)

    assert [day for _, day in days(rows)] == due
