"""The overview: the answer, the timeline, its table, and what is to do."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from bs4 import BeautifulSoup

from dashboard.actor import acting_as_job
from dashboard.clock import now
from dashboard.db import db
from dashboard.visits.models import Visit, VisitKind
from tests.scores.charts import many
from tests.scores.doses import dose
from tests.scores.filling import answers, enter, text_of

WORKING = ".answer:nth-of-type(2)"  # after "Ready for the next session?"


def open_chart(visitor, ref: str, within: str = ""):
    return visitor.get(f"/patients/{ref}" + (f"?range={within}" if within else ""))


def table_of(page) -> list[list[str]]:
    soup = BeautifulSoup(page.text, "html.parser")
    rows = soup.select(".disclose tbody tr")
    return [[cell.get_text(" ", strip=True) for cell in row.select("td")] for row in rows]


def visit(app, cast, *, days_ago: int, is_signed: bool) -> None:
    """Put a visit on Ann's chart."""
    signature = {
        "signed_at": now(), "signed_by_id": cast.alice, "signed_name": "Alice Adler",
        "seal": "0" * 64, "sealed_by": "test",
    }  # fmt: skip
    with app.app_context(), acting_as_job("test data"):
        db.session.add(
            Visit(
                patient_id=cast.ann, kind=VisitKind.FOLLOW_UP, zone_name="America/New_York",
                began_at=now() - dt.timedelta(days=days_ago), typed_time="", assessment="Better.",
                plan="Go on.", author_id=cast.alice, responsible_id=cast.alice,
                changed_by_id=cast.alice, **(signature if is_signed else {}),
            )
        )  # fmt: skip
        db.session.commit()
        db.session.remove()


@pytest.mark.one_database
def test_a_new_patient_has_no_scores_and_nothing_green(alice, cast):
    page = open_chart(alice, cast.ann_ref)

    assert page.status_code == 200
    assert "No scores yet" in text_of(page)
    assert not BeautifulSoup(page.text, "html.parser").select('main [data-status="ok"]')


@pytest.mark.one_database
def test_discord_is_said_out_loud_and_is_not_green(alice, app, cast):
    dose(app, cast, days_ago=39)
    for days, eating, mood in ((40, 3, 1), (1, 1, 2)):
        enter(alice, cast.ann_ref, "edeqs", answers(eating, 12), days_ago=days)
        enter(alice, cast.ann_ref, "phq9", {**answers(mood, 9), "9": 0}, days_ago=days)

    page = open_chart(alice, cast.ann_ref)

    answer = BeautifulSoup(page.text, "html.parser").select_one(WORKING)
    assert "EDE-QS better, PHQ-9 worse" in answer.text
    assert answer["data-status"] == "due"


@pytest.mark.one_database
def test_better_scores_are_not_green_while_purging_and_labs_are_not_known(alice, app, cast):
    dose(app, cast, days_ago=39)
    for days, value in ((40, 3), (1, 0)):
        enter(alice, cast.ann_ref, "phq9", {**answers(value, 9), "9": 0}, days_ago=days)
    quiet = BeautifulSoup(open_chart(alice, cast.ann_ref).text, "html.parser").select_one(WORKING)
    enter(alice, cast.ann_ref, "phq9", {**answers(0, 9), "9": 1})

    red = BeautifulSoup(open_chart(alice, cast.ann_ref).text, "html.parser").select_one(WORKING)

    assert quiet["data-status"] == "info"
    assert "Not known: labs, ECG, weight and purging." in quiet.text
    assert red["data-status"] == "stop"
    assert "PHQ-9 better, item 9 up" in red.text


@pytest.mark.one_database
def test_the_danger_comes_before_everything_else(alice, cast):
    enter(alice, cast.ann_ref, "phq9", answers(1, 9))

    main = BeautifulSoup(open_chart(alice, cast.ann_ref).text, "html.parser").find("main")

    assert main.find("section").get("class") == ["care"]
    assert "Alert not taken" in open_chart(alice, cast.ann_ref).text


@pytest.mark.one_database
def test_the_table_holds_exactly_the_plotted_values(alice, app, cast):
    many(app, cast, "edeqs", "phq9", "gad7", count=6)
    enter(alice, cast.ann_ref, "phq9", answers(2, 9, blank={3, 5}))
    first = enter(alice, cast.ann_ref, "gad7", answers(2, 7)).request.path
    alice.fill_in(f"{first}/correct", {"item_1": "3"})

    page = open_chart(alice, cast.ann_ref)

    soup = BeautifulSoup(page.text, "html.parser")
    for name in ("EDE-QS", "PHQ-9", "GAD-7"):
        lane = next(one for one in soup.select(".lane") if one.h3 and one.h3.get_text() == name)
        told = [title.text for title in lane.select('[data-width="wide"] .pt title')]
        plotted = sorted(re.fullmatch(r"[^:]+: ([^,]+).*", words)[1] for words in told)
        listed = sorted(row[2] for row in table_of(page) if row[1] == name)
        assert listed == plotted, told
    remarks = " ".join(row[4] for row in table_of(page))
    assert "corrected later" in remarks
    assert "item 9: 2" in remarks


@pytest.mark.one_database
def test_every_strip_shares_one_time_scale(alice, app, cast):
    many(app, cast, "edeqs", "phq9", "gad7", count=3)

    soup = BeautifulSoup(open_chart(alice, cast.ann_ref).text, "html.parser")

    for width in ("wide", "narrow"):
        boxes = {svg["viewbox"].split()[2] for svg in soup.select(f'[data-width="{width}"] > svg')}
        assert len(boxes) == 1


def test_the_range_shows_what_was_scored_in_it(alice, app, cast):
    dose(app, cast, days_ago=199)
    for days in (200, 60, 20, 1):
        enter(alice, cast.ann_ref, "gad7", answers(2, 7), days_ago=days)

    for within, expected in (("4w", 2), ("12w", 3), ("all", 4), ("?", 4)):
        page = open_chart(alice, cast.ann_ref, within)

        scored = [row for row in table_of(page) if row[1] == "GAD-7"]
        assert len(scored) == expected, within
        assert "GAD-7 14 to 14 in 199 days" in text_of(page), within


@pytest.mark.one_database
def test_a_patient_without_a_dose_is_told_to_have_no_baseline(alice, cast):
    for days, value in ((40, 3), (1, 0)):
        enter(alice, cast.ann_ref, "phq9", {**answers(value, 9), "9": 0}, days_ago=days)

    page = open_chart(alice, cast.ann_ref)

    answer = BeautifulSoup(page.text, "html.parser").select_one(WORKING)
    assert "No baseline: no dose has been recorded" in answer.text
    assert answer["data-status"] == "none"


@pytest.mark.one_database
def test_old_scores_are_not_called_an_answer(alice, cast):
    enter(alice, cast.ann_ref, "gad7", answers(3, 7), days_ago=200)
    enter(alice, cast.ann_ref, "gad7", answers(0, 7), days_ago=120)

    answer = BeautifulSoup(open_chart(alice, cast.ann_ref).text, "html.parser").select_one(WORKING)

    assert "Not known: no scores since" in answer.text
    assert answer["data-status"] == "none"


def test_unsigned_notes_are_to_do_and_visits_are_on_the_axis(alice, app, cast):
    visit(app, cast, days_ago=8, is_signed=True)
    visit(app, cast, days_ago=1, is_signed=False)

    page = open_chart(alice, cast.ann_ref)

    words = text_of(page)
    assert "Sign follow-up note" in words
    assert "2 visits" in words
    assert "Better." in words


def test_an_unchanged_chart_is_answered_without_being_made_again_and_is_told(alice, cast, rows):
    enter(alice, cast.ann_ref, "gad7", answers(2, 7))
    open_chart(alice, cast.ann_ref)  # takes the news along
    name = open_chart(alice, cast.ann_ref).headers["ETag"]
    told = "SELECT count(*) FROM audit_event WHERE action = 'open chart'"
    before = rows(told)[0][0]

    again = alice.get(f"/patients/{cast.ann_ref}", headers={"If-None-Match": name})

    assert again.status_code == 304
    assert again.data == b""
    assert again.headers["Cache-Control"] == "no-store"
    assert rows(told)[0][0] == before + 1


def test_any_change_of_the_chart_gives_the_page_a_new_name(alice, cast):
    open_chart(alice, cast.ann_ref)
    name = open_chart(alice, cast.ann_ref).headers["ETag"]
    enter(alice, cast.ann_ref, "gad7", answers(2, 7))
    open_chart(alice, cast.ann_ref)

    changed = alice.get(f"/patients/{cast.ann_ref}", headers={"If-None-Match": name})

    assert changed.status_code == 200
    assert changed.headers["ETag"] != name
    other = open_chart(alice, cast.ann_ref, "4w").headers["ETag"]
    assert other != changed.headers["ETag"]


@pytest.mark.one_database
def test_bob_cannot_open_anns_overview(bob, cast):
    assert open_chart(bob, cast.ann_ref).status_code == 404
