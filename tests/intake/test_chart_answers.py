"""Contacts and allergies in an intake: shown from the chart, written to the chart, sealed once."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from dashboard.actor import acting_as_job
from dashboard.clinical.clearance import ruleset
from dashboard.intake import actions, telling
from dashboard.intake.findings import Person
from tests.cast import form_fields

CONTACT = {
    "telephone": "518-555-0101", "email": "Ann@MAIL.example", "street": "1 Elm Street",
    "city": "Troy", "home_state": "FL", "postal_code": "12180",
    "emergency_name": "Eve Abel", "emergency_relation": "sister",
    "emergency_telephone": "518-555-0102",
}  # fmt: skip
PENICILLIN = {"allergies-0-to": "Penicillin", "allergies-0-reaction": "hives",
              "allergies-0-severity": "severe"}  # fmt: skip


def ann(rows):
    return rows("SELECT * FROM patient WHERE mrn = '000001'")[0]


def kept(rows, key):
    found = rows(f"SELECT content FROM evaluation_section WHERE key = '{key}'")
    return json.loads(found[0][0])


def test_contacts_are_corrected_in_the_intake_and_stand_on_the_chart_alone(desk, rows):
    sent = desk.write("identity", {**CONTACT, "may_leave_word": "yes"})
    page = desk.visitor.get(desk.section("identity")).text
    history = desk.visitor.get(f"/patients/{desk.patient}/details/history").text

    assert sent.status_code == 303
    found = ann(rows)
    assert found.telephone == "518-555-0101"
    assert found.email == "Ann@mail.example"
    assert (found.state, found.emergency_name) == ("FL", "Eve Abel")
    assert set(kept(rows, "identity")) == {"may_leave_word"}, "no second copy"
    assert 'value="518-555-0101"' in page
    assert "intake 1, identity and contact" in history
    assert "Eve Abel" in history


def test_the_details_page_and_the_intake_show_one_truth(desk, rows):
    details = f"/patients/{desk.patient}/details/edit"
    desk.visitor.fill_in(
        details, {"telephone": "518-555-0188", "allergies": "listed",
                  "allergies_text": "Latex: rash (mild); codeine, vomiting"},
    )  # fmt: skip
    identity = desk.visitor.get(desk.section("identity")).text
    medicines = desk.visitor.get(desk.section("medicines")).text
    desk.write("medicines", {"taken-unsaid": "none"})

    assert 'value="518-555-0188"' in identity
    assert 'value="Latex"' in medicines
    assert 'value="codeine, vomiting"' in medicines
    assert ann(rows).allergies_text == "Latex: rash (mild); codeine, vomiting", "as it was typed"


def test_allergies_are_rows_on_the_banner_and_none_known_is_an_answer(desk, rows):
    desk.write("medicines", PENICILLIN)
    banner = desk.visitor.get(desk.path).text
    stored = ann(rows)
    emptied = desk.write("medicines", {key: "" for key in PENICILLIN} | {"allergies-unsaid": ""})
    none = desk.write("medicines", {key: "" for key in PENICILLIN} | {"allergies-unsaid": "none"})
    known = ann(rows)
    desk.write("medicines", {"allergies-unsaid": "declined"})

    assert "Penicillin: hives (severe)" in banner
    assert (stored.allergies, stored.allergies_text) == ("listed", "Penicillin: hives (severe)")
    assert emptied.status_code == 422
    assert emptied.text.count("The chart lists allergies") >= 2, "in the summary and at the field"
    assert none.status_code == 303
    assert (known.allergies, known.allergies_text) == ("none known", "")
    assert ann(rows).allergies == "not asked"
    assert kept(rows, "medicines")["allergies"]["unsaid"] == "declined"
    assert "Declined to answer" in desk.visitor.get(f"{desk.path}/print").text


def test_an_allergy_to_ketamine_is_a_stop_beside_every_section(desk):
    desk.write("medicines", {"allergies-0-to": "Ketamine", "hypersensitivity_ketamine": "no"})

    assert "C06" in desk.visitor.get(desk.section("course")).text


def test_an_allergy_to_ketamine_reaches_the_clearance_without_any_intake(app, alice, cast):
    alice.fill_in(
        f"/patients/{cast.ann_ref}/details/edit",
        {"allergies": "listed", "allergies_text": "Ketalar: rash"},
    )

    with app.app_context(), acting_as_job("look"):
        known = actions.facts(cast.ann)
        person = Person(dt.date(1996, 3, 14), None, "", (), allergies=("Ketalar",))
        told = telling.told(cast.ann, person=person, rules=ruleset(), today=dt.date(2026, 11, 23))

    assert known["hypersensitivity_ketamine"].value is True
    assert [(one.kind, one.value) for one in told.findings] == [("hypersensitivity_ketamine", True)]


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("field", "bad", "told"),
    [
        ("telephone", "call me", "as people dial it"),
        ("email", "ann at home", "name@mail.example"),
        ("postal_code", "ABC", "five digits"),
        ("city", "x" * 81, "Shorten this to 80"),
        ("home_state", "XX", "Choose one of the list"),
        ("emergency_telephone", "911", "as people dial it"),
    ],
)
def test_what_the_chart_cannot_hold_is_said_at_its_field_and_saves_nothing(
    desk, rows, field, bad, told
):
    sent = desk.write("identity", {**CONTACT, field: bad})

    assert sent.status_code == 422
    assert sent.text.count(told) >= 2
    assert bad in sent.text or field == "home_state", "a list shows only what it offers"
    assert ann(rows).street == ""
    assert rows("SELECT count(*) FROM evaluation_section")[0][0] == 0


@pytest.mark.one_database
def test_an_allergy_with_a_parting_mark_or_too_long_a_list_is_refused_and_kept(desk, rows):
    marked = desk.write("medicines", {"allergies-0-to": "nuts; eggs", "allergies-1-to": "latex"})
    long = desk.write("medicines", {f"allergies-{n}-to": f"{n}" + "x" * 150 for n in range(3)})

    assert marked.status_code == long.status_code == 422
    assert "a comma will do" in marked.text
    assert 'value="nuts; eggs"' in marked.text
    assert "the chart holds 300" in long.text
    assert ann(rows).allergies == "not asked"


def test_of_two_who_change_the_chart_the_second_sees_both_texts(desk, rows):
    slow = desk.visitor.fields(desk.section("identity"))
    desk.visitor.fill_in(f"/patients/{desk.patient}/details/edit", {"telephone": "518-555-0101"})

    late = desk.visitor.post(
        desk.section("identity"), {**slow, "telephone": "518-555-0199", "then": "leave"}
    )
    stands = ann(rows).telephone
    again = desk.visitor.post(desk.section("identity"), {**form_fields(late.text), "then": "leave"})

    assert late.status_code == 409
    assert "518-555-0101" in late.text and "518-555-0199" in late.text
    assert "Alice Adler saved this at" in late.text
    assert stands == "518-555-0101"
    assert again.status_code == 303
    assert ann(rows).telephone == "518-555-0199"


def test_a_change_of_other_details_is_no_conflict(desk, rows):
    slow = desk.visitor.fields(desk.section("identity"))
    desk.visitor.fill_in(f"/patients/{desk.patient}/details/edit", {"pronouns": "she/her"})

    sent = desk.visitor.post(desk.section("identity"), {**slow, "city": "Troy", "then": "leave"})

    assert sent.status_code == 303
    assert (ann(rows).pronouns, ann(rows).city) == ("she/her", "Troy")


def test_what_the_chart_said_is_sealed_and_stays_when_the_chart_changes(desk, finish, rows):
    desk.write("identity", CONTACT)
    desk.write("medicines", PENICILLIN)
    finish()
    seen = form_fields(desk.visitor.get(f"{desk.path}/sign").text)
    desk.visitor.fill_in(f"/patients/{desk.patient}/details/edit", {"city": "Albany"})
    behind = desk.visitor.post(f"{desk.path}/sign", seen)
    signed = desk.visitor.post(f"{desk.path}/sign", form_fields(behind.text))
    desk.visitor.fill_in(
        f"/patients/{desk.patient}/details/edit",
        {"telephone": "518-555-0177", "allergies": "none known", "allergies_text": ""},
    )
    paper = desk.visitor.get(f"{desk.path}/print").text
    begun = desk.visitor.fill_in(f"/patients/{desk.patient}/intake", {})
    anew = desk.visitor.get(f"{begun.location}/sections/identity").text

    assert behind.status_code == 409, "the second look showed another city"
    assert signed.status_code == 303
    for words in (
        "518-555-0101",
        "Albany",
        "Eve Abel",
        "Penicillin",
        "hives",
        "Abel",
        "Seal intact",
    ):
        assert words in paper, words
    assert "518-555-0177" not in paper
    assert kept(rows, "identity")["telephone"]["value"] == "518-555-0101"
    assert 'value="518-555-0177"' in anew, "a new intake asks the chart"
    assert 'value="518-555-0101"' not in anew
