"""What is recorded of a report is what its reader understood, and hidden numbers stay hidden."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from dashboard.findings import actions
from dashboard.findings.import_entries import (
    entry_of,
    mentions_body_size,
    seal_of,
    tells_body_size,
)
from dashboard.findings.import_rounds import named, rounds
from dashboard.findings.models import Finding
from dashboard.findings.reports import About, Asks
from tests.findings.reports.reading import RULES, SAMPLES, TODAY, report, sample, table

NUMBERS = sorted(path.name.partition("-")[0] for path in Path(SAMPLES).iterdir())


@pytest.mark.parametrize("number", NUMBERS)
def test_a_row_is_recorded_as_its_reader_understood_it(number):
    for row in sample(number).ready:
        entry = entry_of(row)
        found = actions.read(entry, rules=RULES, today=TODAY)
        assert (found.value, found.low, found.high, found.is_flagged, found.question) == (
            row.finding.value, row.finding.low, row.finding.high, row.finding.is_flagged,
            row.finding.question,
        )  # fmt: skip
        for name in ("entered", "unit", "ref_low", "ref_high", "flag"):
            kept = Finding.__table__.c[name].type
            assert isinstance(kept, sa.String) and len(getattr(entry, name)) <= (kept.length or 0)


@pytest.mark.parametrize("number", NUMBERS)
def test_the_last_choice_of_every_question_settles_every_report(number):
    given, read = {"days-": ""}, sample(number)
    for _ in range(6):
        found = rounds(read, given, rules=RULES, today=TODAY)
        for row in found.report.rows:
            for one in found.of(row):
                given[one.name] = one.doubt.choices[-1].value
    assert found.report.is_settled
    again = rounds(read, given, rules=RULES, today=TODAY)
    assert again.report == found.report


def test_answers_nobody_asked_for_change_nothing():
    read = report("Collected: 11/20/2026\nPotassium\t4.2\tmmol/L\nSodium\t140\tmmol/L")
    given = {named(row, about): "leave" for row in read.rows for about in About}
    given |= {"days-0123456789": "2026-11-01", "row-9999-kind-unsure": "K"}
    assert rounds(read, given, rules=RULES, today=TODAY).report == read


def test_one_day_answers_every_row_that_asks_for_it_and_a_rows_own_day_counts_more():
    read = table("Potassium\t4.2\tmmol/L\t3.5-5.1\nSodium\t140\tmmol/L\t136-145")
    asked = rounds(read, {}, rules=RULES, today=TODAY)
    ((name, alike),) = asked.shared().items()
    assert len(alike) == 2 and alike[0].doubt.asks is Asks.DATE
    given = {name: "2026-11-20", named(read.rows[1], About.DATE_MISSING): "2026-11-19"}
    days = [
        str(row.collected_on) for row in rounds(read, given, rules=RULES, today=TODAY).report.rows
    ]
    assert days == ["2026-11-20", "2026-11-19"]


def test_another_value_day_or_unit_is_another_mark():
    texts = ("4.2\tmmol/L", "4.3\tmmol/L", "4.2\tmEq/L", "4.2\tmmol/L\t3.5-5.1")
    heads = ("Collected: 11/20/2026", "Collected: 11/19/2026", "Collected: 11/20/2026 07:30")
    marks = {
        seal_of(table(f"{head}\nPotassium\t{text}").rows[0]) for text in texts for head in heads
    }
    assert len(marks) == len(texts) * len(heads)


@pytest.mark.parametrize(
    "text",
    ["Body Weight 48.2 kg", "BMI 17.1", "Wt: 106lb", "63.7kg", "29463-7", "Weighed 48.2 today",
     "BMI17.1", "%mBMI 82", "937 kcal", "Calories/day 937", "Waist 61", "Height 163"],
)  # fmt: skip
def test_a_text_that_may_hold_a_weight_is_known_by_its_words(text):
    assert mentions_body_size(text)


def test_a_chemistry_panel_holds_no_weight_and_a_row_of_unknown_name_may():
    assert not mentions_body_size((SAMPLES / "01-metabolic-panel.txt").read_text())
    assert [row.label for row in sample("11").rows if tells_body_size(row)] == ["Weight"]
    unknown = table("Collected: 11/20/2026\nDischarge weight\t48.2\tkg").rows[0]
    assert tells_body_size(unknown)
