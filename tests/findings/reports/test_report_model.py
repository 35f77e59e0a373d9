"""What a report says of itself before anybody has answered anything."""

import pytest

from dashboard.findings.reports.model import (
    About,
    Asks,
    Choice,
    Doubt,
    Form,
    Printed,
    Report,
    Row,
    Status,
)

HEMOLYZED = Row(
    id="1", printed=Printed(place="line 1", name="Potassium", value="hemolyzed"), is_left_out=True
)
ASKED = Row(
    id="2",
    printed=Printed(place="line 2", name="Sodium", value="140"),
    doubts=(
        Doubt(
            About.UNIT_MISSING,
            Asks.UNIT,
            "No unit is printed.",
            (Choice("mEq/L", "mEq/L", is_proposed=True), Choice("leave", "Leave it out")),
        ),
    ),
)


def test_a_row_with_an_open_doubt_is_never_ready():
    report = Report(form=Form.TABLE, rows=(HEMOLYZED, ASKED))

    assert not report.ready and not report.is_settled
    assert report.row("2").doubt(About.UNIT_MISSING).proposed.value == "mEq/L"
    with pytest.raises(LookupError, match="no row 9"):
        report.row("9")


def test_a_row_left_out_needs_no_answer():
    assert Report(form=Form.TABLE, rows=(HEMOLYZED,)).is_settled


def test_only_a_withdrawn_result_is_no_result():
    assert [status for status in Status if not status.is_a_result] == [Status.WITHDRAWN]
