"""The One Chart in a browser: what is drawn is read back from the page and compared with records.

Criteria A9 to A13: one time scale for all lanes, true distances, a table that says what is drawn,
windows as counted from the database, and a discord that is named and never green.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

import pytest
from flask import Flask
from playwright.sync_api import expect

from tests import cast as people
from tests.chart.courses import SHORT, dose_days, give
from tests.journeys.conftest import NewDesk
from tests.journeys.desk import PHONE, Desk
from tests.journeys.paper import sheets, squeezed

pytestmark = [pytest.mark.browser, pytest.mark.db, pytest.mark.one_database]
Rows = Callable[[str], Sequence[Sequence[object]]]
NEAR = 1.0  # pixel

# Every lane that is shown: its name, its label, and its points with place on screen and words.
READ = """() => [...document.querySelectorAll(".lane")].map((lane) => {
  const sheet = [...lane.querySelectorAll(".lane-chart > div")].find((one) => one.offsetWidth);
  const svg = sheet.querySelector("svg[role=img]");
  const points = [...sheet.querySelectorAll(".pt title")].map((title) => {
    const box = title.parentElement.getBoundingClientRect();
    return { x: box.x + box.width / 2, words: title.textContent,
             href: title.closest("a")?.getAttribute("href") ?? "" };
  });
  const gold = [...sheet.querySelectorAll("svg .f-win")].flatMap((shade) => {
    const { a, e } = shade.getScreenCTM();
    const boxes = shade.getAttribute("d").split("M").slice(1);
    return boxes.map((box) => box.match(/^(-?[\\d.]+).*?h(-?[\\d.]+)/).slice(1).map(Number))
      .map(([left, width]) => [left * a + e, (left + width) * a + e]);
  });
  return { name: lane.querySelector("h3")?.textContent ?? "axis", points, gold,
           title: svg.querySelector("title")?.textContent ?? "",
           told: svg.querySelector("desc")?.textContent ?? "" };
})"""


class Lane:
    """One lane as it stands on the screen."""

    def __init__(self, read: Mapping[str, object]) -> None:
        """Take it as the page told it."""
        self.name, self.title, self.told = str(read["name"]), str(read["title"]), str(read["told"])
        self.points: list[dict[str, object]] = list(read["points"])  # type: ignore[call-overload]
        self.gold: list[tuple[float, float]] = [tuple(one) for one in read["gold"]]  # type: ignore[attr-defined]

    def by_day(self) -> dict[str, float]:
        """Return day -> where its last point stands."""
        return {str(one["words"]).split(":")[0]: float(str(one["x"])) for one in self.points}

    def values(self) -> list[str]:
        """Return the value of each point, in order of time."""
        ordered = sorted(self.points, key=lambda one: float(str(one["x"])))
        return [str(one["words"]).split(": ", 1)[1].split(",")[0] for one in ordered]


def lanes(desk: Desk) -> dict[str, Lane]:
    """Read every lane of the page."""
    return {str(one["name"]): Lane(one) for one in desk.page.evaluate(READ)}


def test_the_chart_says_what_the_records_say(
    app: Flask, cast: people.Cast, alice: people.Visitor, new_desk: NewDesk, rows: Rows
):
    give(app, cast)
    desk = new_desk(alice)
    desk.open(f"/patients/{cast.ann_ref}?range=course")

    expect(desk.page.locator(".answer").nth(1)).to_contain_text("Scores better, purging up")
    expect(desk.page.locator(".answer").nth(1)).to_have_attribute("data-status", "due")
    expect(desk.page.locator(".answer").nth(2)).to_contain_text("2 of 4 windows had a contact")
    expect(desk.page.locator(".window-marks [data-use=used]")).to_have_count(2)
    for width in (1440, PHONE):
        with desk.as_wide_as(width):
            found = lanes(desk)
            one_time_scale(found)
            each_has_its_words(found)
            windows_begin_a_day_after_each_dose(found)
    the_table_says_what_is_drawn(desk, found)
    the_database_says_the_same(found, rows)
    a_point_leads_to_its_record(desk, found)


def test_a_date_that_is_none_is_said_and_the_view_stands_in_the_address(
    app: Flask, cast: people.Cast, alice: people.Visitor, new_desk: NewDesk
):
    give(app, cast)
    desk = new_desk(alice, scheme="dark")
    desk.open(f"/patients/{cast.ann_ref}")
    desk.page.get_by_role("textbox", name="From").fill("soon")
    desk.page.get_by_role("button", name="Show these days").click()
    expect(desk.page.locator("#chart-dates")).to_contain_text("Write the date as")
    desk.look()
    desk.page.get_by_role("textbox", name="From").fill("-3w")
    desk.page.get_by_role("button", name="Show these days").click()
    expect(desk.page.locator("#chart-dates")).to_have_count(0)
    desk.page.get_by_role("link", name="Days since first dose").click()
    expect(desk.page.locator(".lane[data-kind=axis]")).to_contain_text("day 4")
    assert "from=" in desk.page.url and "axis=dose" in desk.page.url


def one_time_scale(found: Mapping[str, Lane]) -> None:
    """A day has one place in all lanes, and distances between days are true."""
    places: dict[str, float] = {}
    for name in ("EDE-QS", "PHQ-9", "GAD-7", "Times of vomiting"):
        for day, x in found[name].by_day().items():
            assert abs(places.setdefault(day, x) - x) <= NEAR, (name, day)
    dose_at = found["Ketamine"].by_day()
    every = sorted((_day(day), x) for day, x in {**places, **dose_at}.items())
    (first, left), (last, right) = every[0], every[-1]
    for on, x in every:
        share = (on - first).days / (last - first).days
        assert abs(left + share * (right - left) - x) <= 2 * NEAR + (right - left) / 70
    assert [x for _, x in every] == sorted(x for _, x in every)


def each_has_its_words(found: Mapping[str, Lane]) -> None:
    """Every drawing has a title and says its values."""
    for lane in found.values():
        assert lane.title and lane.told, lane.name
        for value in lane.values():
            assert value in lane.told, (lane.name, value)


def windows_begin_a_day_after_each_dose(found: Mapping[str, Lane]) -> None:
    """Gold is the same in all lanes: as many as doses given, each from 24 to 72 hours after."""
    given = [float(str(one["x"])) for one in found["Ketamine"].points
             if "planned" not in str(one["words"])]  # fmt: skip
    days = dose_days(SHORT)
    per_day = (max(given) - min(given)) / (days[0] - days[-1])
    gold = [lane.gold for name, lane in found.items() if name != "axis"]
    assert all(len(one) == len(given) for one in gold)
    for shades in gold:
        for dose, (begins, ends) in zip(sorted(given), sorted(shades), strict=True):
            assert abs(begins - dose - per_day) <= NEAR
            assert abs(ends - dose - 3 * per_day) <= NEAR


def the_table_says_what_is_drawn(desk: Desk, found: Mapping[str, Lane]) -> None:
    """The table's values are those of the drawings, lane by lane."""
    desk.page.get_by_text("Show these data as a table").click()
    told: dict[str, list[str]] = {}
    for row in desk.page.locator(".disclose tbody tr").all():
        cells = row.locator("td").all_inner_texts()
        told.setdefault(cells[1].strip(), []).insert(0, cells[2].strip())
    for name in ("EDE-QS", "PHQ-9", "GAD-7", "Times of vomiting", "Potassium", "QTc"):
        assert told[name] == found[name].values(), name
    assert told["Dose"] == found["Ketamine"].values()


def the_database_says_the_same(found: Mapping[str, Lane], rows: Rows) -> None:
    """Scores, counts, doses and laboratory values are drawn as they are stored."""
    for instrument, score, name in (
        ("edeqs", "total", "EDE-QS"), ("phq9", "total", "PHQ-9"),
        ("counts_weekly", "vomiting_times", "Times of vomiting"),
    ):  # fmt: skip
        kept = rows(
            f"SELECT value FROM score_value WHERE instrument = '{instrument}'"
            f" AND score = '{score}' ORDER BY taken_at"
        )
        assert found[name].values() == [str(row[0]) for row in kept]
    potassium = rows("SELECT entered FROM finding WHERE kind = 'K' ORDER BY taken_on")
    assert found["Potassium"].values() == [str(row[0]) for row in potassium]
    assert len(found["Ketamine"].points) == 1 + len(rows("SELECT id FROM dose"))


def a_point_leads_to_its_record(desk: Desk, found: Mapping[str, Lane]) -> None:
    """A point's link opens the record behind it."""
    href = str(found["Potassium"].points[-1]["href"])
    desk.open(href, look=False)
    expect(desk.page.locator("main")).to_contain_text("3.2")


def _day(words: str) -> dt.date:
    return dt.datetime.strptime(words, "%d-%b-%Y").replace(tzinfo=dt.UTC).date()


def test_the_page_prints_on_two_sheets_with_whose_it_is_on_each(
    app: Flask, cast: people.Cast, alice: people.Visitor, new_desk: NewDesk
):
    give(app, cast)
    desk = new_desk(alice)
    desk.open(f"/patients/{cast.ann_ref}?range=course", look=False)
    found = sheets(desk.page.pdf(prefer_css_page_size=True))
    assert len(found) == 2, [one[:200] for one in found]
    for number, sheet in enumerate(found, 1):
        assert squeezed(f"Page {number} of 2") in sheet and "ABEL" in sheet
        assert squeezed("Record scores") not in sheet
    assert squeezed("Is it working?") in found[0] and squeezed("Plan") in found[0]
    assert squeezed("Treatment timeline") in found[1] and "EDE-QS" in found[1]
