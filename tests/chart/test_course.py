"""The One Chart of a whole course: what it says, what it draws, what leaves the program."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re

import pytest
import time_machine
from bs4 import BeautifulSoup, Tag

from dashboard.actor import acting_as_job
from dashboard.chart import timeline
from dashboard.charts import svg
from dashboard.clock import now
from dashboard.db import db
from dashboard.findings import actions as findings
from dashboard.findings.actions import By, Entry
from dashboard.findings.models import Source, Way
from dashboard.patients.models import Patient
from dashboard.sessions import actions as sessions
from dashboard.sessions.models import Route
from tests.chart.courses import DAY, HOUR, LONGER, ZONE, give
from tests.chart.test_costs import ACCESS_AND_TRAIL, HELD, OVERVIEW
from tests.windows.appointments import appointment, write

pytestmark = pytest.mark.one_database
MINUTE = dt.timedelta(minutes=1)
WORKING, WINDOW = ".answer:nth-of-type(2)", ".answer:nth-of-type(3)"


def soup(page) -> BeautifulSoup:
    assert page.status_code == 200, page.text[:300]
    return BeautifulSoup(page.text, "html.parser")


def chart(visitor, cast, query: str = "") -> BeautifulSoup:
    return soup(visitor.get(f"/patients/{cast.ann_ref}{query}"))


def one(tree: BeautifulSoup | Tag, selector: str) -> Tag:
    found = tree.select_one(selector)
    assert found is not None, selector
    return found


def names(tree: BeautifulSoup) -> list[str]:
    return [heading.get_text() for heading in tree.select(".lane h3")]


def table(tree: BeautifulSoup) -> list[list[str]]:
    return [[cell.get_text(" ", strip=True) for cell in row.select("td")]
            for row in tree.select(".disclose tbody tr")]  # fmt: skip


def test_the_three_answers_name_what_is_wrong_and_none_is_green(alice, app, cast):
    give(app, cast)

    page = chart(alice, cast)

    working, window = one(page, WORKING), one(page, WINDOW)
    assert "Scores better, purging up" in working.text
    assert working["data-status"] == "due"
    assert "2 of 4 windows had a contact" in window.text
    assert "Missed after the doses of" in window.text
    assert [mark["data-use"] for mark in window.select("li")] == ["used", "missed", "used",
                                                                   "missed"]  # fmt: skip
    assert "working hypothesis" in window.text
    assert not page.select('.answer[data-status="ok"]')


def test_the_windows_counted_on_the_page_are_those_of_the_database(alice, app, cast, rows):
    give(app, cast)

    said = re.search(r"(\d+) of (\d+) windows had", one(chart(alice, cast), WINDOW).text)

    doses = [row[0] for row in rows("SELECT given_at FROM dose WHERE entered_in_error_at IS NULL")]
    met = [row[0] for row in rows("SELECT starts_at FROM appointment WHERE state = 'held'")]
    given, held = ([_moment(at) for at in several] for several in (doses, met))
    used = sum(any(24 * HOUR <= at - dose <= 72 * HOUR for at in held) for dose in given)
    assert said is not None
    assert [int(said[1]), int(said[2])] == [used, len(given)]


def _moment(value: object) -> dt.datetime:
    at = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(str(value))
    return at.replace(tzinfo=at.tzinfo or dt.UTC)


def test_lanes_stand_in_their_order_and_say_how_many_points_they_hold(alice, app, cast):
    give(app, cast)

    page = chart(alice, cast)

    assert names(page) == [
        "Ketamine", "Therapy", "Medicines, events", "Visits", "EDE-QS", "Times of vomiting",
        "PHQ-9", "GAD-7", "Potassium", "Phosphate", "Magnesium", "QTc",
    ]  # fmt: skip
    for lane in page.select(".lane:not([data-kind=axis])"):
        notes = one(lane, ".lane-name .meta").text
        n = sum(int(one) for one in re.findall(r"n\s=\s(\d+)|(\d+) (?:in this|planned)", notes)
                for one in one if one)  # fmt: skip
        told = lane.select("[data-width=wide] svg .pt title")
        assert len(told) == n, (one(lane, "h3").text, notes)


def test_the_table_has_a_row_for_everything_drawn_and_each_leads_to_its_record(alice, app, cast):
    give(app, cast)

    page = chart(alice, cast)

    told = table(page)
    assert {"Dose", "Therapy", "Dietitian", "EDE-QS", "Times of vomiting", "Potassium", "QTc"} <= {
        row[1] for row in told
    }
    drawn = next(one for one in page.select(".lane") if one.h3 and one.h3.text == "Potassium")
    values = [title.text.split(": ")[1].split(",")[0] for title in
              drawn.select("[data-width=wide] .pt title")]  # fmt: skip
    assert [row[2] for row in reversed(told) if row[1] == "Potassium"] == values
    links = {link["href"] for link in page.select(".disclose tbody a")}
    assert not any("/patients/-/" in href for href in links)
    for href in sorted(links)[::12]:
        assert alice.get(href).status_code == 200, href
    assert "3.2 low" in page.text


def test_the_time_in_view_and_the_axis_stand_in_the_address_alone(alice, app, cast):
    give(app, cast)
    first = (now() - 60 * DAY).date()

    four = chart(alice, cast, "?range=4w&axis=dose")
    custom = chart(alice, cast, f"?range=custom&from={first}&to=t")
    course = chart(alice, cast, "?range=course")

    assert "day 28" in four.text
    assert len(table(four)) < len(table(custom)) < len(table(course))
    pressed = [chip.text for chip in four.select('.chip[aria-current="true"]')]
    assert pressed == ["Days since first dose", "4 weeks"]
    assert "axis=dose" in one(four, '.chip[href*="range=12w"]')["href"]
    assert one(custom, "#chart-to")["value"] == "t"


@pytest.mark.parametrize(
    "query",
    [
        "from=31-Feb-2026", "from=soon&to=t", "from=t&to=-3d", "from=1850-01-01", "from=%2B9999y",
        "from=%00&to=%E2%80%AE", "from=<script>alert(1)</script>", "to=9999-12-31",
        "from=" + "9" * 99,
    ],
)  # fmt: skip
def test_days_that_cannot_be_shown_are_said_and_everything_is_shown(alice, cast, query):
    page = chart(alice, cast, f"?range=custom&{query}")

    assert "Everything is shown." in one(page, "#chart-dates").text
    assert one(page, '.chip[aria-current="true"]').text == "All"
    assert "<script>alert" not in str(one(page, ".filters"))


def test_the_file_says_whose_it_is_and_a_spreadsheet_computes_nothing(alice, app, cast, rows):
    give(app, cast)
    with app.app_context(), acting_as_job("test data"):
        db.session.get_one(Patient, cast.ann).family_name = '=HYPERLINK("https://evil")'
        db.session.add(appointment(cast.ann, now() - DAY, by=cast.alice, with_whom="+1 @SUM(A1)"))
        db.session.commit()
        db.session.remove()

    answer = alice.get(f"/patients/{cast.ann_ref}/chart.csv")

    told = list(csv.reader(io.StringIO(answer.text)))
    assert told[0][0].startswith("'=HYPERLINK")
    assert told[0][2] == "MRN 000 001"
    assert told[0][3].startswith("printed ")
    cells = [cell for row in told for cell in row]
    assert "'+1 @SUM(A1)" in cells
    assert not [cell for cell in cells if cell[:1] in set("=+-@\t\r")]
    assert len(told) - 3 == len(table(chart(alice, cast)))
    assert answer.headers["Cache-Control"] == "no-store"
    assert rows("SELECT count(*) FROM audit_event WHERE action = 'export'")[0][0] == 1


def test_the_document_is_a_pdf_and_the_trail_tells_of_it(alice, app, cast, rows):
    give(app, cast)

    answer = alice.get(f"/patients/{cast.ann_ref}/chart.pdf?range=course")

    assert answer.data.startswith(b"%PDF-")
    assert answer.data.count(b"/Type /Page\n") + answer.data.count(b"/Type/Page/") in {0, 2}
    assert rows("SELECT count(*) FROM audit_event WHERE action = 'print'")[0][0] == 1


def test_a_weight_is_nowhere_until_it_is_asked_for_and_gone_again(alice, app, cast, rows):
    with app.app_context(), acting_as_job("test data"):
        who = By(id=cast.alice, name="Alice Adler", at=now(), today=now().date(), zone=ZONE)
        entry = Entry(kind="weight_kg", entered="47.3", unit="kg", source=Source.CLINIC,
                      taken_on=now().date() - DAY)  # fmt: skip
        findings.record(cast.ann, [entry], way=Way.TYPED, by=who)
        db.session.commit()
        db.session.remove()
    path = f"/patients/{cast.ann_ref}"

    def has_weight(page) -> bool:
        return (
            "47.3" in page.text or "Weight, " in page.text or 'data-lane="weight_kg"' in page.text
        )

    before = alice.get(path)
    shown = alice.post(f"{path}/chart/weight?range=4w", {})
    assert shown.headers["Location"].endswith("?range=4w")
    seen = alice.get(shown.headers["Location"])
    after = alice.get(path)

    assert "47.3" in seen.text
    assert "ETag" not in seen.headers
    assert not has_weight(before)
    assert not has_weight(after)
    assert "47.3" not in alice.get(f"{path}/chart.csv").text
    assert rows("SELECT count(*) FROM audit_event WHERE action = 'show weight'")[0][0] == 1


def test_a_chart_that_fails_leaves_its_table_and_says_so(alice, app, cast, monkeypatch):
    give(app, cast)
    timeline.forget()

    def broken(*_lane: object) -> None:
        raise RuntimeError("no ink")

    monkeypatch.setattr("dashboard.chart.drawings.svg.render", broken)
    monkeypatch.setattr("dashboard.chart.drawings._from_process", lambda _keys: {})
    page = chart(alice, cast)

    assert "Chart unavailable, data below are complete." in page.text
    assert not page.select(".lane")
    assert len(table(page)) > 40
    monkeypatch.undo()
    assert chart(alice, cast).select(".lane")


def test_a_new_patient_is_told_what_to_send_and_sees_no_green(alice, cast):
    page = chart(alice, cast)

    assert "First check-in not sent" in page.text
    assert one(page, ".empty a")["href"].endswith("/check-ins")
    assert [cell.b.text for cell in page.select(".readiness li") if cell.b] == ["Unknown"] * 8
    assert len(page.select(".lane [data-width=wide] svg")) == 8  # axis, course, visits, three empty
    assert not page.select('main [data-status="ok"]')


def test_the_page_changes_by_itself_when_a_window_closes(alice, app, cast, monkeypatch):
    start = now()
    with app.app_context(), acting_as_job("test data"):
        sessions.record(
            db.session.get_one(Patient, cast.ann), zone=ZONE, dose_mg=None,
            given_at=start - 72 * HOUR + 5 * MINUTE, route=Route.NOT_SAID, by=cast.alice,
        )  # fmt: skip
        db.session.commit()
        db.session.remove()
    write(app, [appointment(cast.ann, start + MINUTE, by=cast.alice)])
    path = f"/patients/{cast.ann_ref}"
    before = alice.get(path)
    again = alice.get(path, headers={"If-None-Match": before.headers["ETag"]})
    with time_machine.travel(start + 9 * MINUTE, tick=False):
        later = alice.get(path, headers={"If-None-Match": before.headers["ETag"]})

    assert again.status_code == 304
    assert "Open until" in one(soup(before), WINDOW).text
    assert later.status_code == 200
    assert "Nobody said whether what was booked" in one(soup(later), WINDOW).text


def test_a_longer_course_costs_no_statement_more_and_every_point_is_drawn(
    alice, app, cast, counting
):
    give(app, cast, LONGER)
    path = f"/patients/{cast.ann_ref}"
    alice.get(path)
    timeline.forget()

    with counting() as read:
        page = alice.get(path)
    svg.render.cache_clear()
    with counting() as held:
        alice.get(path)

    assert len(read) <= OVERVIEW + ACCESS_AND_TRAIL, read.texts
    assert len(held) <= HELD + ACCESS_AND_TRAIL, held.texts
    contacts = 8 + 5  # therapy but for the 2nd and the last dose, dietitian after every other
    assert len(table(soup(page))) == 20 * 4 + 11 + contacts + 12 * 4
