"""Doses: recorded once, never rewritten, and what counts from them follows."""

import datetime as dt
import json

import pytest
import sqlalchemy as sa
import time_machine
from bs4 import BeautifulSoup

from dashboard.actor import acting_as_job
from dashboard.checkins.models import Schedule, ScheduleEntry, Timing
from dashboard.clinical.instruments import catalogue
from dashboard.db import db
from dashboard.patients.models import Patient
from dashboard.scores import actions as scores
from dashboard.scores.models import Mode
from tests.cast import sign_in
from tests.checkins.asked import as_job, round_at

NOON = dt.datetime(2026, 11, 3, 17, tzinfo=dt.UTC)  # 12:00 in New York
DAY = dt.timedelta(days=1)
WHEN = {"given_on": "2026-11-03", "given_time": "11:30"}


@pytest.fixture
def doses(cast):
    return f"/patients/{cast.ann_ref}/doses"


@pytest.fixture
def at_noon(app, cast):
    with time_machine.travel(NOON, tick=False):
        yield sign_in(app, cast.alice)


def main_text(answer):
    return BeautifulSoup(answer.text, "html.parser").find("main").get_text(" ", strip=True)


def test_a_recorded_dose_is_on_the_list_and_counts_until_it_is_marked_in_error(
    at_noon, doses, rows
):
    assert "No dose recorded" in main_text(at_noon.get(doses))
    good = {**WHEN, "dose_mg": "100.5", "route": "sublingual"}
    assert at_noon.fill_in(f"{doses}/new", good).status_code == 303

    shown = main_text(at_noon.get(doses))
    assert "03-Nov-2026 11:30 ET" in shown and "100.5 mg" in shown and "sublingual" in shown
    (dose,) = rows("SELECT ref FROM dose")
    path = f"{doses}/{dose.ref}/in-error"
    assert at_noon.fill_in(path, {"reason": ""}).status_code == 422
    for _ in range(2):
        assert at_noon.fill_in(path, {"reason": "another patient's"}).status_code == 303
    assert "another patient's" in main_text(at_noon.get(doses))


def test_a_dose_anchors_the_baseline_and_its_error_lets_it_go(app, cast, at_noon, doses, rows):
    with as_job(app):
        for days, value in ((10, 3), (1, 2)):
            scores.record(
                db.session.get_one(Patient, cast.ann), instrument=catalogue()["phq9"],
                answers={str(n): value for n in range(1, 9)} | {"9": 0},
                taken_at=NOON - days * DAY, zone="UTC", mode=Mode.PAPER, by=cast.alice,
            )  # fmt: skip
        db.session.commit()

    def baseline():
        (row,) = rows("SELECT baseline FROM latest_score WHERE score = 'total'")
        return json.loads(row.baseline)

    before = baseline()
    at_noon.fill_in(f"{doses}/new", WHEN)
    anchored = baseline()
    (dose,) = rows("SELECT ref FROM dose")
    at_noon.fill_in(f"{doses}/{dose.ref}/in-error", {"reason": "not given"})

    assert before != anchored and baseline() == before


def test_after_a_dose_the_check_ins_that_follow_it_come_due(app, cast, at_noon, doses, rows):
    with as_job(app):
        db.session.add(Schedule(patient_id=cast.ann, begun_at=NOON, changed_by_id=cast.alice))
        db.session.add(
            ScheduleEntry(
                patient_id=cast.ann, instrument="nrs_daily", timing=Timing.AFTER_DOSE,
                hours_after="24,72", starts_on=NOON.date(), added_by_id=cast.alice,
            )
        )  # fmt: skip
        db.session.commit()
    at_noon.fill_in(f"{doses}/new", WHEN)

    made = [round_at(app, NOON + n * DAY).counts["made"] for n in range(5)]

    assert made == [0, 1, 0, 1, 0]
    assert {row.occasion.split(":")[0] for row in rows("SELECT occasion FROM check_in")} == {"dose"}


WRONG = {
    "no day": ({"given_on": ""}, "Enter the day"),
    "an impossible day": ({"given_on": "31-Feb-2026"}, "does not exist"),
    "tomorrow": ({"given_on": "2026-11-04"}, "future"),
    "before birth": ({"given_on": "1990-01-01"}, "birth"),
    "no time": ({"given_time": "25:00"}, "24-hour"),
    "a skipped time": ({"given_on": "2026-03-08", "given_time": "02:30"}, "does not exist"),
    "a doubled time": ({"given_on": "2026-11-01", "given_time": "01:30"}, "happens twice"),
    "nothing given": ({"dose_mg": "0"}, "from 0.01"),
    "no number": ({"dose_mg": "sNaN"}, "Enter a number"),
    "an underscore": ({"dose_mg": "3_0"}, "Enter a number"),
    "far too much": ({"dose_mg": str(2**63)}, "Enter a number"),
    "markup": ({"dose_mg": "<b>1</b>"}, "Enter a number"),
    "a made-up route": ({"route": "by thought"}, "from the list"),
}


@pytest.mark.one_database
def test_a_dose_that_cannot_be_meant_is_refused_at_its_field(at_noon, doses, rows):
    fields = {**at_noon.fields(f"{doses}/new"), **WHEN}
    for what, (changes, words) in WRONG.items():
        refused = at_noon.post(f"{doses}/new", {**fields, **changes})
        assert refused.status_code == 422 and words in main_text(refused), what
    assert not rows("SELECT id FROM dose")
    doubled = {**fields, "given_on": "2026-11-01", "given_time": "01:30", "which": "second"}
    assert at_noon.post(f"{doses}/new", doubled).status_code == 303
    assert "01:30 ET (UTC−5)" in main_text(at_noon.get(doses))


def test_a_second_dose_of_a_day_is_asked_about_and_a_repeat_counts_once(at_noon, doses, rows):
    fields = {**at_noon.fields(f"{doses}/new"), **WHEN}
    sent = [at_noon.post(f"{doses}/new", fields).status_code for _ in range(2)]
    other = {**WHEN, "given_time": "11:45"}
    asked = at_noon.fill_in(f"{doses}/new", other)
    confirmed = at_noon.fill_in(f"{doses}/new", {**other, "another": "y"})

    assert sent == [303, 303] and len(rows("SELECT id FROM dose")) == 2
    assert asked.status_code == 422 and "11:30 ET" in main_text(asked)
    assert confirmed.status_code == 303


def test_the_database_itself_keeps_a_dose_as_it_was_written(app, at_noon, doses):
    at_noon.fill_in(f"{doses}/new", WHEN)
    for statement in ("DELETE FROM dose", "UPDATE dose SET dose_mg = '1'"):
        with (
            app.app_context(), acting_as_job("test data"), db.engine.connect() as connection,
            pytest.raises(sa.exc.DBAPIError, match="dose"),
        ):  # fmt: skip
            connection.execute(sa.text(statement))
