"""What a person answers to a doubtful row, and what the chart would then hold."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from dashboard.clinical.clearance import Collection, read
from dashboard.findings.reports import LEAVE, TAKE, About, Asks
from tests.findings.reports.reading import RULES, doubts, only, report, sample, settled, table

DAY = dt.date(2026, 11, 20)


def typed(kind, value, unit, *, on=DAY, low=None, high=None, flag="", confirmed=False):
    """Return what typing the value into the entry page gives."""
    taken = Collection(
        on=on, ref_low=low, ref_high=high, flag=flag, source="lab", is_confirmed=confirmed
    )
    return read(kind, value=value, unit=unit, taken=taken, rules=RULES)


def test_a_plain_row_is_the_finding_that_typing_it_gives():
    row = only("Potassium, Serum\t3.3\tmmol/L\t3.5-5.2\tL")

    low, high = Decimal("3.5"), Decimal("5.2")
    assert row.is_ready
    assert row.finding == typed("K", "3.3", "mmol/L", low=low, high=high, flag="L")


def test_a_missing_unit_is_proposed_by_the_laboratorys_interval_and_never_taken_unasked():
    for line, proposed in {
        "Mg  0.9  0.7-1.1": "mmol/L", "Mg  1.9  1.6-2.6": "mg/dL", "Mg  1.7  1.3-2.1": "mEq/L",
        "Phos  1.0  0.81-1.45": "mmol/L", "Phos  3.1  2.5-4.5": "mg/dL",
        "Ca  9.2  8.6-10.2": "mg/dL",
        "Creatinine  70  45-84": "umol/L", "WBC  5100  4000-11000": "/uL", "ALT  22  <40": "U/L",
    }.items():  # fmt: skip
        doubt = only(line).doubt(About.UNIT_MISSING)

        assert doubt.proposed.value == proposed, line
        assert not only(line).is_ready

    silent = only("Glucose  5.1").doubt(About.UNIT_MISSING)
    assert silent.proposed is None, "without an interval two units are possible"


def test_a_unit_that_was_chosen_gives_the_finding_of_that_unit():
    read_table = table("Collected: 11/20/2026\nMg  0.9  0.7-1.1")

    row = settled(read_table, ("1", About.UNIT_MISSING, "mmol/L")).row("1")

    assert row.is_ready
    low, high = Decimal("0.7"), Decimal("1.1")
    assert row.finding == typed("Mg", "0.9", "mmol/L", low=low, high=high)
    refused = settled(read_table, ("1", About.UNIT_MISSING, "stone")).row("1")
    assert doubts(refused) == [About.UNIT_MISSING], "an answer that is no choice settles nothing"


def test_millimoles_in_a_milligram_column_are_asked_about_both_ways():
    asked = table("Collected: 11/20/2026\nPhosphorus\t0.8\tmg/dL\t")
    doubt = asked.row("1").doubt(About.UNIT_OTHER)

    assert "Did you mean mmol/L?" in doubt.sentence
    assert [choice.value for choice in doubt.choices] == ["mmol/L", "mg/dL", LEAVE]
    meant = settled(asked, ("1", About.UNIT_OTHER, "mmol/L")).row("1")
    assert meant.is_ready and meant.finding.value == typed("P", "0.8", "mmol/L").value
    as_printed = settled(asked, ("1", About.UNIT_OTHER, "mg/dL")).row("1")
    assert as_printed.is_ready and as_printed.finding == typed("P", "0.8", "mg/dL", confirmed=True)


def test_a_very_low_phosphate_beside_its_own_interval_is_not_explained_away():
    row = only("Phosphorus\t0.8\tmg/dL\t2.5-4.5")

    assert doubts(row) == [About.VALUE_UNUSUAL], "the interval says that mg/dL is meant"


def test_an_impossible_value_can_only_be_left_out():
    report = table("Collected: 11/20/2026\nPotassium\t33\tmmol/L\t3.5-5.2")
    doubt = report.row("1").doubt(About.VALUE_IMPOSSIBLE)

    assert "33 mmol/L is not possible" in doubt.sentence
    assert [choice.value for choice in doubt.choices] == [LEAVE]
    assert not report.is_settled
    left = settled(report, ("1", About.VALUE_IMPOSSIBLE, LEAVE))
    assert left.is_settled and left.row("1").is_left_out and not left.ready


def test_an_unusual_value_waits_for_a_person():
    report = table("Collected: 11/20/2026\nPotassium\t8.1\tmmol/L\t3.5-5.2")

    assert doubts(report.row("1")) == [About.VALUE_UNUSUAL]
    assert settled(report, ("1", About.VALUE_UNUSUAL, TAKE)).row("1").is_ready


def test_an_inequality_is_recorded_as_its_limit_only_when_a_person_says_so():
    report = table("Collected: 11/20/2026\nBilirubin, Total\t<0.2\tmg/dL\t0.0-1.2")

    assert report.row("1").number is None
    row = settled(report, ("1", About.INEQUALITY, "0.2")).row("1")
    assert row.is_ready and row.number == "0.2"


def test_a_comma_is_a_decimal_point_or_a_thousands_mark_by_a_persons_word():
    report = table("Collected: 11/20/2026\nPlatelets\t245,000\t/uL\t")
    choices = [choice.value for choice in report.row("1").doubt(About.DECIMAL_COMMA).choices]

    assert choices == ["245000", "245.000", LEAVE]
    row = settled(report, ("1", About.DECIMAL_COMMA, "245000")).row("1")
    assert row.is_ready and row.finding.value == 245


def test_an_unknown_name_is_not_taken_until_a_person_says_what_it_is():
    report = table("Collected: 11/20/2026\nKalemia XQ7\t4.1\tmmol/L\t3.5-5.1")

    assert report.row("1").is_left_out and report.is_settled and not report.ready
    row = settled(report, ("1", About.NAME_UNKNOWN, "K")).row("1")
    assert row.is_ready and row.finding.kind == "K"
    ignored = settled(report, ("1", About.NAME_UNKNOWN, "dose_mg")).row("1")
    assert ignored.is_left_out, "no report can fill what no laboratory measures"


def test_a_missing_day_is_asked_and_a_future_one_never_accepted():
    report = table("Potassium\t4.1\tmmol/L\t3.5-5.1\nSodium\t140\tmmol/L\t136-145\t12/24/2026")

    assert doubts(report.row("1")) == [About.DATE_MISSING]
    assert report.row("1").doubt(About.DATE_MISSING).asks is Asks.DATE
    assert doubts(report.row("2")) == [About.DATE_FUTURE]
    row = settled(report, ("1", About.DATE_MISSING, "2026-11-20")).row("1")
    assert row.is_ready and row.finding.on == DAY
    for wrong in ("2026-11-24", "2026-02-30", "yesterday", ""):
        assert not settled(report, ("1", About.DATE_MISSING, wrong)).row("1").is_ready


def dated(*days):
    """Read a table with one potassium for each day, with a day of resulting."""
    head = "Collected\tTest\tResult\tUnits\tReported\n"
    return table(head + "\n".join(f"{day}\tK\t4.0\tmmol/L\t{day}" for day in days))


def test_another_date_of_the_report_settles_whether_the_day_comes_first():
    day_first = dated("25/10/2026", "03/04/2026").row("2")
    american = dated("10/25/2026", "03/04/2026 07:30").row("2")

    assert day_first.is_ready and day_first.finding.on == dt.date(2026, 4, 3)
    assert american.is_ready and american.finding.on == dt.date(2026, 3, 4)
    assert american.collected_at == dt.datetime(2026, 3, 4, 12, 30, tzinfo=dt.UTC)
    for plain in ("2026-03-04", "04-Mar-2026", "05/05/2026"):
        assert dated(plain).row("1").is_ready, plain


def test_a_date_that_reads_two_ways_is_asked_once_for_the_whole_report():
    report = dated("03/04/2026 19:30", "05/06/2026 07:00")

    asked = [row.doubt(About.DATE_ORDER) for row in report.rows]
    assert asked[0] == asked[1] and [doubts(row) for row in report.rows] == [[asked[0].about]] * 2
    labels = [choice.label for choice in asked[0].choices]
    assert labels == ["04-Mar-2026 (month first)", "03-Apr-2026 (day first)", "Leave it out"]
    assert not any(row.finding for row in report.rows), "nothing is judged by a guessed day"
    answers = [(id, About.DATE_ORDER, "day-first") for id in "12"]
    rows = settled(report, *answers).rows
    assert [row.collected_on for row in rows] == [dt.date(2026, 4, 3), dt.date(2026, 6, 5)]
    assert [row.resulted_on for row in rows] == [dt.date(2026, 4, 3), dt.date(2026, 6, 5)]
    assert rows[0].collected_at == dt.datetime(2026, 4, 3, 23, 30, tzinfo=dt.UTC)
    first = settled(report, ("1", About.DATE_ORDER, "month-first")).row("1")
    assert first.is_ready and first.finding.on == dt.date(2026, 3, 4)


def test_dates_that_contradict_each_other_are_asked_one_by_one():
    report = dated("11/13/2026", "13/11/2026", "03/04/2026", "12/03/2026")

    assert [row.collected_on for row in report.rows[:2]] == [dt.date(2026, 11, 13)] * 2
    doubt = report.row("3").doubt(About.DATE_UNSURE)
    assert [choice.value for choice in doubt.choices] == ["2026-03-04", "2026-04-03", LEAVE]
    chosen = settled(report, ("3", About.DATE_UNSURE, "2026-04-03")).row("3")
    assert chosen.is_ready and chosen.collected_on == dt.date(2026, 4, 3)
    future = report.row("4").doubt(About.DATE_UNSURE)
    assert [choice.value for choice in future.choices] == ["2026-03-12", LEAVE]


def test_a_reversed_interval_is_asked_about_and_never_judged_by():
    for line in (
        "Potassium\t3.3\tmmol/L\t5.0 - 3.5", "Potassium  3.3  mmol/L  5.0-3.5",
        "Potassium 3.3 mmol/L 5.0 - 3.5", "Potassium  3.3  (5.0 - 3.5 mmol/L)  mmol/L",
    ):  # fmt: skip
        report = table(f"Collected: 11/20/2026\n{line}")
        sentence = report.row("1").doubt(About.INTERVAL_UNREAD).sentence
        assert "wrong way round; take the value without it?" in sentence, line
        taken = settled(report, ("1", About.INTERVAL_UNREAD, TAKE)).row("1")
        assert taken.is_ready and taken.finding == typed("K", "3.3", "mmol/L"), line
    footer = table("Potassium\t4.1\tmmol/L\t3.5-5.1\nFax of the office\t900\t800-500")
    assert len(footer.rows) == 1


def test_two_values_of_one_time_are_both_asked_about_until_one_is_left_out():
    report = table(
        "Collected: 11/20/2026 07:30\nPotassium\t3.1\tmmol/L\t3.5-5.1\nK\t4.1\tmmol/L\t3.5-5.1"
    )

    assert [doubts(row) for row in report.rows] == [[About.DUPLICATE], [About.DUPLICATE]]
    assert "4.1 mmol/L (line 3)" in report.row("1").doubt(About.DUPLICATE).sentence
    left = settled(report, ("2", About.DUPLICATE, LEAVE))
    assert left.row("1").is_ready and left.row("2").is_left_out


def test_a_chosen_kind_can_turn_out_to_be_a_duplicate():
    report = table("Collected: 11/20/2026\nPotassium\t3.9\tmmol/L\t\nXQ7\t3.9\tmmol/L\t3.5-5.1")

    after = settled(report, ("2", About.NAME_UNKNOWN, "K"))

    assert doubts(after.row("2")) == [About.DUPLICATE] and after.row("1").is_ready


def test_earlier_results_of_other_days_are_no_duplicates():
    assert len(sample("06").ready) == 8


def test_columns_that_do_not_line_up_never_pick_a_day():
    read_table = table(
        "Component      11/01/2026   11/20/2026   Range\n"
        "Potassium      3.9          3.2          3.5-5.1 mmol/L\n"
        "Magnesium   1.9  1.6-2.6 mg/dL\n"
    )

    ready, asked = read_table.rows[:2], read_table.rows[2:]
    assert all(row.is_ready for row in ready)
    assert asked and all(row.doubt(About.DATE_UNSURE) for row in asked)
    assert {row.printed.value for row in asked} == {"1.9"}


def test_a_withdrawn_or_preliminary_result_is_said_to_be_one():
    bundle = sample("10")

    withdrawn, preliminary = bundle.row("3"), bundle.row("2")
    assert withdrawn.finding is None and "entered in error" in withdrawn.doubts[0].sentence
    assert not preliminary.is_ready
    assert settled(bundle, ("2", About.PRELIMINARY, TAKE)).row("2").is_ready
    assert settled(bundle, ("3", About.WITHDRAWN, TAKE)).row("3").is_left_out


def test_a_result_older_than_its_own_collection_is_questioned():
    text = "Collected: 11/20/2026\nReported: 11/18/2026\nPotassium\t4.0\tmmol/L\t3.5-5.1"

    doubt = report(text).row("1").doubt(About.VALUE_UNUSUAL)
    assert "collected after it was resulted" in doubt.sentence


def test_trace_blood_in_the_urine_is_for_a_person_to_name():
    urine = sample("09")

    assert settled(urine, ("4", About.WORD, "yes")).row("4").finding.value is True
    assert settled(urine, ("4", About.WORD, "no")).row("4").finding.value is False


def test_a_percentage_of_neutrophils_is_never_the_count():
    for line in ("Neutrophils\t51.2\t%\t40-70", "Neut %\t51.2\t\t40-70"):
        row = only(line)
        assert row.is_left_out and row.doubt(About.KIND_NOT_KEPT), line
    assert only("Neutrophils\t3.1\tx10E3/uL\t1.4-7.0").finding.kind == "ANC"
    assert only("Neutrophils\t3.1\t\t1.4-7.0").doubt(About.KIND_UNSURE)


def test_a_status_column_is_heard():
    report = table(
        "Collected: 11/20/2026\nTest\tResult\tUnits\tStatus\nK\t4.0\tmmol/L\tFinal\n"
        "Na\t140\tmmol/L\tP\nCl\t101\tmmol/L\tWithheld"
    )

    assert [doubts(row) for row in report.rows] == [[], [About.PRELIMINARY], [About.PRELIMINARY]]


def test_two_numbers_in_one_line_without_a_head_are_not_chosen_between():
    row = only("Potassium    4.1    3.2    mmol/L    3.5-5.1")

    assert doubts(row) == [About.NO_NUMBER] and row.printed.value == "4.1; 3.2"
    assert only("Potassium    4.1    mmol/L    3.5-5.1    01").is_ready, "01 names a laboratory"


def test_a_result_with_its_own_label_behind_it_stays_a_result():
    row = only("Potassium\t4.1\tmmol/L\t3.5-5.1\tLab: EX")

    assert row.finding.kind == "K"


def test_a_day_told_once_below_all_results_is_theirs_and_no_other():
    below = "Potassium\t4.1\tmmol/L\nSodium\t139\tmmol/L\nCollected: 20-Nov-2026 08:10\nPage 1 of 1"
    assert [row.collected_on for row in table(below).rows] == [DAY, DAY]

    two_reports = f"{below}\nMagnesium\t0.9\tmmol/L"
    first = table(two_reports).rows[0]
    assert first.collected_on is None and first.doubts, "the day may be the second report's"

    columns = "Test\tResult\tPrevious\nPotassium\t4.1 mmol/L\t3.2 mmol/L\nCollected: 20-Nov-2026"
    assert DAY not in [row.collected_on for row in table(columns).rows], "which one is not said"


def test_an_import_asks_what_was_meant_as_typing_does():
    (refused,) = only("Potassium\t33\tmmol/L\t3.5-5.1").doubts
    assert refused.sentence.startswith("Refused: Potassium: 33")
    assert refused.sentence.endswith("Did you mean 3.3?")

    unusual = only("Phosphate\t0.8\tmg/dL\t2.5-4.5").doubt(About.VALUE_UNUSUAL)
    assert unusual.sentence.endswith("Did you mean 0.8 mmol/L?")
