"""The strip says what was kept, and never that all is well of a day that has passed."""

import datetime as dt

import pytest

from dashboard.actor import acting_as_job
from dashboard.clearance import cells, readiness, rounds, strip
from dashboard.clearance.cells import Shown
from dashboard.clearance.models import Readiness, Status
from dashboard.clearance.page import Asked, judged
from dashboard.db import db
from dashboard.patients.models import Patient
from tests.cast import sign_in
from tests.clearance.conftest import NOON, TODAY
from tests.clearance.stable import enter, one
from tests.clearance.test_check_pages import sign
from tests.clearance.test_patient_page import words

CLEAR = Shown(
    "ecg", "clear", "QTc that gates", "412.9 ms", "", "", "2026-11-22", "2026-11-25", 0, 0
)


def cell(day, **changes):
    (drawn,) = strip.drawn([Shown(**{**vars(CLEAR), **changes})], today=day)
    return drawn


def test_a_cell_has_icon_word_value_and_day():
    drawn = cell(TODAY)
    assert (drawn.kind, drawn.headline, drawn.note, drawn.day) == (
        "ok", "412.9 ms", "Clear, valid to", "25-Nov",
    )  # fmt: skip
    assert cell(dt.date(2027, 1, 2)).kind == "due"
    assert cell(dt.date(2027, 1, 2)).day == "25-Nov-2026"
    assert cell(TODAY, word="caution", blocked=1, limit="above 460 ms").kind == "stop"
    overridden = cell(TODAY, word="caution", blocked=0, overridden=1)
    assert (overridden.kind, overridden.overridden) == ("due", "1 caution overridden")
    unknown = cell(TODAY, word="unknown", reason="missing", value="", blocked=1)
    assert (unknown.kind, unknown.headline) == ("none", "Unknown")
    assert cell(TODAY, word="unknown", reason="stale", blocked=1).kind == "due"


def test_a_patient_never_judged_is_unknown_in_eight_cells_with_what_to_do():
    drawn = strip.strip(None, today=TODAY)
    assert [one.headline for one in drawn] == ["Unknown"] * 8
    assert all(one.kind == "none" and one.note for one in drawn)
    assert strip.said(None, today=TODAY).word == "Unknown"


def test_what_was_ready_yesterday_is_due_until_it_is_judged_again(alice, stable, cast, app, clock):
    overview = f"/patients/{cast.ann_ref}"
    sign(alice, stable)
    alice.get(overview)  # with the notice that the check was signed
    first = alice.get(overview)
    assert "Ready for the next session? Ready Next session 25-Nov-2026." in words(first.text)
    tag = {"If-None-Match": first.headers["ETag"]}
    assert alice.get(overview, headers=tag).status_code == 304

    clock.move_to(NOON + dt.timedelta(days=40))
    late = sign_in(app, cast.alice)
    page = late.get(overview, headers=tag)
    assert page.status_code == 200
    assert "Due. Last judged for 25-Nov-2026" in words(page.text)
    with app.app_context(), acting_as_job("test data"):
        assert rounds.go().judged == 2 and rounds.go().judged == 0
        assert readiness.of(cast.ann).judged_for == TODAY + dt.timedelta(days=40)
        assert readiness.of(cast.ann).status is Status.DUE


@pytest.mark.one_database
def test_the_overview_shows_a_new_stop_and_the_tab_says_that_it_holds(alice, stable, cast, record):
    overview = f"/patients/{cast.ann_ref}"
    sign(alice, stable)
    alice.get(overview)  # with the notice that the check was signed
    tag = {"If-None-Match": alice.get(overview).headers["ETag"]}
    record(one("K", "2.8", "mEq/L"))
    page = alice.get(overview, headers=tag)
    assert page.status_code == 200 and "Hold. Potassium 2.8 mEq/L" in words(page.text)
    assert "Clearance holds" in words(page.text).replace("  ", " ")


def test_the_round_judges_everybody_each_day_also_for_a_session_of_a_later_day(
    app, cast, stable, alice, clock
):
    sign(alice, stable)
    with app.app_context(), acting_as_job("test data"):
        rounds.go()
        assert rounds.go().judged == 0
        clock.shift(dt.timedelta(days=1))
        assert readiness.of(cast.ann).judged_for > TODAY + dt.timedelta(days=1)
        assert rounds.go().judged == 2 and rounds.go().judged == 0
        assert readiness.of(cast.ann).judged_on == TODAY + dt.timedelta(days=1)


ACTS = (
    ("K", "3.3", "mEq/L"), ("hr_awake_rest", "44", "bpm"), ("K", "4.2", "mEq/L"),
    ("cssrs_ideation_past_month", "2"), ("syncope_14d", "yes"), ("K", "2.8", "mEq/L"),
)  # fmt: skip


@pytest.mark.one_database
def test_what_is_kept_is_what_a_fresh_judgement_says_after_any_acts(
    app, cast, stable, alice, clock
):
    sign(alice, stable)
    with app.app_context(), acting_as_job("test data"):
        for number, act in enumerate(ACTS):
            clock.shift(dt.timedelta(minutes=1))
            enter(cast.ann, cast.alice, one(*act))
            if number == 3:
                ann = db.session.get_one(Patient, cast.ann)
                ann.state = "NJ"
            db.session.commit()
            kept = db.session.query(Readiness).filter_by(patient_id=cast.ann).one()
            fresh = judged(db.session.get_one(Patient, cast.ann), Asked())
            assert kept.outcome == fresh.judged.outcome.name
            assert kept.tier is fresh.judged.tier
            assert kept.status is fresh.status
            assert cells.read(kept.content) == cells.cells(fresh.judged, covered=fresh.covered)
            assert kept.is_open is (fresh.status is Status.READY)
