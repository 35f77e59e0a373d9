"""Invented reports as laboratories send them, against a table of what each row must become."""

from __future__ import annotations

import csv
import datetime as dt

import pytest

from dashboard.findings.reports import Form, Report, Row
from tests.findings.reports.reading import SAMPLES, doubts, sample

NUMBERS = sorted(path.name[:2] for path in SAMPLES.iterdir())
BORN = dt.date(1996, 3, 14)
PEOPLE = {
    "01": ("SAMPLE", "ANN", BORN, "F"), "02": ("SAMPLE", "ANN", BORN, "F"),
    "06": ("Sample", "Ann", BORN, None), "10": ("Sample", "Ann", BORN, "F"),
    "11": ("Sample", "Ann", None, None),
    "12": ("SAMPLE", "ANN", BORN, "F"), "13": ("SAMPLE", "ANN", BORN, "F"),
    "14": ("SAMPLE", "ANN", BORN, "F"), "15": ("EXAMPLE", "BEN", dt.date(1988, 7, 2), None),
}  # fmt: skip
LABORATORIES = {
    "01": "Example Reference Laboratory", "02": "Sample Medical, 1 Example Street",
    "10": "Example Reference Laboratory", "12": "Example Reference Laboratory",
    "13": "County Hospital", "14": "Example Reference Laboratory",
}  # fmt: skip


def expected() -> dict[str, list[list[str]]]:
    text = (SAMPLES.parent / "expected_rows.csv").read_text("utf-8")
    lines = [line for line in text.splitlines(keepends=True) if not line.startswith("#")]
    found: dict[str, list[list[str]]] = {number: [] for number in NUMBERS}
    for row in csv.DictReader(lines):
        found[row.pop("sample")].append(list(row.values()))
    return found


def told(row: Row) -> list[str]:
    state = "ready" if row.is_ready else "out" if row.is_left_out else "asked"
    printed = row.printed
    ends = ["" if end is None else str(end) for end in (row.ref_low, row.ref_high)]
    return [
        row.id, printed.place, printed.name, printed.value, row.kind or "", row.number or "",
        row.unit or "", *ends, printed.flag, str(row.collected_on or ""), state,
        " ".join(doubts(row)),
    ]  # fmt: skip


@pytest.mark.parametrize("number", NUMBERS)
def test_each_row_of_a_sample_becomes_what_the_table_says(number):
    assert [told(row) for row in sample(number).rows] == expected()[number]


@pytest.mark.parametrize("number", NUMBERS)
def test_the_patient_and_the_laboratory_are_told_as_they_are_named(number):
    report = sample(number)

    person = report.person and (
        report.person.family, report.person.given, report.person.birth_date, report.person.sex
    )  # fmt: skip
    assert person == PEOPLE.get(number)
    assert report.laboratory == LABORATORIES.get(number)


def test_only_a_ready_row_has_a_finding_without_a_question():
    for number in NUMBERS:
        for row in sample(number).rows:
            assert not row.is_ready or row.finding.question is None, (number, row.id)
            assert row.finding is None or row.finding.kind == row.kind


def test_every_line_of_a_table_is_a_result_or_a_remark():
    for path in SAMPLES.iterdir():
        report = sample(path.name[:2])
        if report.form is Form.TABLE:
            lines = [
                n for n, one in enumerate(path.read_text("utf-8").splitlines(), 1) if one.strip()
            ]
            assert lines == sorted(_lines(report)), path.name


def _lines(report: Report) -> set[int]:
    places = [row.printed.place for row in report.rows] + [one.place for one in report.remarks]
    return {int(place.split(",")[0].removeprefix("line ")) for place in places}


def test_every_open_doubt_says_a_sentence_and_can_be_answered_by_leaving_out():
    for number in NUMBERS:
        for row in sample(number).rows:
            for doubt in row.doubts:
                assert doubt.sentence.endswith((".", "?")), doubt
                assert (
                    doubt.asks == "nothing"
                    or doubt.choices[-1].value == "leave"
                    or ("leave" in {choice.value for choice in doubt.choices})
                ), doubt


def test_comments_and_times_of_a_message_are_kept():
    potassium = sample("12").rows[0]

    assert potassium.printed.comments == ("Slightly hemolyzed & repeated.\nSee note 2.",)
    assert potassium.collected_at == dt.datetime(2026, 11, 20, 12, 30, tzinfo=dt.UTC)
    assert potassium.printed.resulted.on == dt.date(2026, 11, 20)
    assert potassium.finding.is_flagged
    assert sample("12").rows[7].printed.specimen == "Whole blood"


def test_a_time_without_zone_is_the_practices_and_one_with_its_own_keeps_it():
    county = sample("13").rows[0]
    late = sample("14").rows[0]

    assert county.collected_at == dt.datetime(2026, 11, 19, 13, 5, tzinfo=dt.UTC)
    assert late.collected_at == dt.datetime(2026, 11, 10, 13, 0, tzinfo=dt.UTC)
