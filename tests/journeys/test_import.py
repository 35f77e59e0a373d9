"""A laboratory report from the clipboard to the chart: looked at, asked about, recorded."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests import cast as people
from tests.journeys.conftest import NewDesk

pytestmark = [pytest.mark.browser, pytest.mark.db]

REPORT = """Example Reference Laboratory
Patient: ABEL, ANN    DOB: 03/14/1996   Sex: F

Test\tResult\tFlag\tUnits\tReference Range
Potassium\t2.8\tL\tmmol/L\t3.5-5.2
Sodium\t139\t\tmmol/L\t134-144
Bilirubin, Total\t<0.2\t\tmg/dL\t0.0-1.2
House test\t5\t\t\t
"""


@pytest.mark.one_database
def test_a_pasted_report_is_looked_at_answered_and_recorded(
    cast: people.Cast, alice: people.Visitor, new_desk: NewDesk, width: int
):
    desk = new_desk(alice, width=width)
    page = desk.page
    desk.open(f"/patients/{cast.ann_ref}/findings/new", look=False)
    desk.press("i")
    desk.arrive(r"/patients/\w+/findings/import$", "Import a laboratory report")
    page.get_by_label("Pasted report").fill(REPORT)
    desk.press("Control+Enter")
    desk.arrive(r"/patients/\w+/findings/import\?report=\w+$", "Look at the report")

    page.get_by_label("No day of collection is printed: on which day was it?").first.fill("-1d")
    page.get_by_role("radio", name="0.2").check()
    desk.press("Control+Enter")
    expect(page.locator("main")).to_contain_text("Record 3 values for Ann Abel")
    desk.look()

    desk.press("Control+Enter")
    desk.arrive(r"/patients/\w+/findings/sets/\w+$", "Pasted table")
    expect(page.locator("main")).to_contain_text("3 values are recorded, and judged at once.")
    expect(page.locator("main")).to_contain_text("L01")
    page.get_by_text("Read the original text").click()
    expect(page.locator("pre.original")).to_contain_text("House test")
    desk.look()
