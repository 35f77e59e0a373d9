"""Diagnoses: chosen from the table, severity from the data, history kept, the chart in step."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from dashboard.actor import acting_as_job
from dashboard.db import db
from tests.cast import form_fields

BEHAVIOURS = {
    "binges": "5", "vomiting": "7", "laxatives": "0", "diuretics": "0", "fasting": "1",
    "exercise": "0",
}  # fmt: skip


def add(desk, words, code, reason="", found="diagnoses"):
    path = f"{desk.path}/diagnoses?q={words}"
    return desk.visitor.fill_in(path, {"code": code, "reason": reason})


@pytest.mark.one_database
def test_a_search_finds_billable_leaves_only(desk):
    page = desk.visitor.get(f"{desk.path}/diagnoses?q=bulimia").text
    nothing = desk.visitor.get(f"{desk.path}/diagnoses?q=xyzzy <b>").text

    assert 'value="F50.22"' in page
    assert 'value="F50.2"' not in page, "a heading cannot be billed"
    assert "Nothing found for “xyzzy &lt;b&gt;”" in nothing


@pytest.mark.one_database
def test_severity_is_computed_from_the_data_with_the_computation_shown(desk, rows):
    desk.write("behaviours", BEHAVIOURS)
    page = desk.visitor.get(f"{desk.path}/diagnoses?q=bulimia").text
    added = add(desk, "bulimia", "F50.23")
    after = desk.visitor.get(f"{desk.path}/diagnoses").text

    assert "A week: vomiting 7, fasting 1." in page
    assert "severe (F50.23)" in page
    assert added.status_code == 303
    assert "A week: vomiting 7, fasting 1." in after
    assert rows("SELECT diagnosis_codes FROM patient WHERE given_name = 'Ann'")[0][0] == "F50.23"
    assert rows("SELECT count(*) FROM patient_revision")[0][0] == 1


def test_deciding_otherwise_needs_a_reason_and_keeps_it(desk, rows):
    desk.write("behaviours", BEHAVIOURS)
    without = add(desk, "bulimia", "F50.22")
    with_one = add(desk, "bulimia", "F50.22", "Two of the weeks were holidays.")

    assert without.status_code == 422
    assert without.text.count("deciding otherwise needs a reason") >= 2
    assert with_one.status_code == 303
    found = rows("SELECT code, computed_code, reason FROM patient_diagnosis")
    assert [tuple(row) for row in found] == [
        ("F50.22", "F50.23", "Two of the weeks were holidays.")
    ]


@pytest.mark.one_database
def test_an_unanswered_behaviour_gives_no_severity(desk):
    desk.write("behaviours", {**BEHAVIOURS, "laxatives": "", "laxatives-unsaid": "not asked"})
    page = desk.visitor.get(f"{desk.path}/diagnoses?q=bulimia").text

    assert "Not answered, or in question: laxatives." in page
    assert "severe (F50.23)" not in page


def test_two_diagnoses_that_exclude_each_other_are_said_and_hold_the_signature(desk, finish):
    finish()
    add(desk, "anorexia binge", "F50.020")
    refused = add(desk, "bulimia", "F50.21")
    added = add(desk, "bulimia", "F50.21", "To be settled next week.")
    page = desk.visitor.get(f"{desk.path}/diagnoses").text
    sign = desk.visitor.fill_in(f"{desk.path}/sign", {})

    assert refused.status_code == 422
    assert refused.text.count("exclude each other") >= 2
    assert added.status_code == 303
    assert "End one of them before you sign" in page
    assert sign.status_code == 422
    assert "exclude each other" in sign.text


def test_a_diagnosis_ends_with_a_reason_and_stays_in_the_history(desk, rows):
    add(desk, "avoidant", "F50.82")
    path = f"{desk.path}/diagnoses/{rows('SELECT ref FROM patient_diagnosis')[0][0]}/end"
    refused = desk.visitor.fill_in(path, {"reason": ""})
    ended = desk.visitor.fill_in(path, {"reason": "It was something else."})
    page = desk.visitor.get(f"{desk.path}/diagnoses").text

    assert refused.status_code == 422
    assert ended.status_code == 303
    assert "It was something else." in page
    assert rows("SELECT diagnosis_codes FROM patient WHERE given_name = 'Ann'")[0][0] == ""
    assert add(desk, "avoidant", "F50.82").status_code == 303, "it can come again"


@pytest.mark.one_database
@pytest.mark.parametrize("code", ["F50.2", "X99", "", "F50.23'--", "f" * 1000])
def test_only_a_code_of_the_list_is_taken(desk, code):
    sent = add(desk, "bulimia", code)

    assert sent.status_code == 422
    assert 'class="problem"' in sent.text


def test_a_code_is_given_once(desk):
    add(desk, "avoidant", "F50.82")

    assert add(desk, "avoidant", "F50.82").status_code == 422


@pytest.mark.one_database
def test_a_count_in_question_gives_no_severity(desk):
    desk.write("behaviours", BEHAVIOURS)
    asked = desk.write("behaviours", {"vomiting": "140"})
    desk.visitor.post(desk.section("behaviours"), {**form_fields(asked.text), "then": "leave"})
    page = desk.visitor.get(f"{desk.path}/diagnoses?q=bulimia").text

    assert "Not answered, or in question: vomiting." in page


@pytest.mark.one_database
def test_a_severity_that_the_answers_have_left_behind_is_said_before_signing(desk):
    desk.write("behaviours", BEHAVIOURS)
    add(desk, "bulimia", "F50.23")
    before = desk.visitor.get(f"{desk.path}/sign").text
    desk.write("behaviours", {"vomiting": "20"})

    assert "the answers give" not in before
    for page in ("sign", "diagnoses"):
        text = desk.visitor.get(f"{desk.path}/{page}").text
        assert "F50.23 stands; the answers give F50.24, extreme, now." in text


@pytest.mark.one_database
def test_below_eighteen_it_is_said_why_no_severity_is_computed(app, desk):
    with app.app_context(), acting_as_job("test data"):
        db.session.execute(sa.text("UPDATE patient SET born_on = '2010-05-23'"))
        db.session.commit()
    desk.write("weights", {
        "current": "43.2", "current-unit": "kg", "height": "165", "height-unit": "cm",
    })  # fmt: skip
    page = desk.visitor.get(f"{desk.path}/diagnoses?q=anorexia restricting").text

    assert "severity follows the BMI percentile" in page
    assert "F50.012, severe" not in page


@pytest.mark.one_database
def test_severity_by_weight_shows_no_number(desk):
    desk.write("weights", {
        "current": "43.2", "current-unit": "kg", "current_on": "2025", "height": "165",
        "height-unit": "cm",
    })  # fmt: skip
    page = desk.visitor.get(f"{desk.path}/diagnoses?q=anorexia restricting").text

    assert "F50.012, severe, computed from body size (numbers hidden), weighed 2025" in page
    assert "15.8" not in page


@pytest.mark.one_database
def test_the_number_behind_a_severity_is_shown_for_one_view_and_told_in_the_trail(desk, rows):
    desk.write("weights", {
        "current": "43.2", "current-unit": "kg", "current_on": "2025", "height": "165",
        "height-unit": "cm",
    })  # fmt: skip
    told = "SELECT count(*) FROM audit_event WHERE action = 'show weight'"
    before = rows(told)[0][0]
    found = f"{desk.path}/diagnoses?q=anorexia+restricting"
    asked = desk.visitor.post(f"{desk.path}/diagnoses/weight?q=anorexia+restricting")
    assert asked.status_code == 303 and asked.location == found

    shown = desk.visitor.get(found).text
    assert "15.8" in shown and "15 to under 16 is severe (F50.012)" in shown
    assert "15.8" not in desk.visitor.get(found).text, "for one view only"
    assert rows(told)[0][0] == before + 1
