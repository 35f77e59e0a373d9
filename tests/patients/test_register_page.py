"""The page on which a physician registers a patient."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

PAGE = "/patients/new"
CLARA = {
    "family_name": "Corán",
    "given_name": "Clara",
    "born_on": "28-Feb-1990",
    "sex_for_ranges": "female",
}


def patients(rows):
    return rows("SELECT * FROM patient ORDER BY mrn")


def test_alice_registers_clara_and_is_on_her_team(alice, cast, rows):
    answer = alice.fill_in(PAGE, {**CLARA, "diagnosis_1": "f50.810", "allergies": "none known"})

    assert answer.status_code == 303
    *_, clara = patients(rows)
    assert (clara.mrn, clara.family_name, clara.status) == ("000003", "Corán", "new")
    assert (clara.diagnosis_codes, clara.allergies) == ("F50.810", "none known")
    assert clara.time_zone == "America/New_York"
    assert "Corán" in alice.get(f"/patients/{clara.ref}/details").text
    assert alice.get(answer.location).status_code == 200


def test_bob_does_not_see_whom_alice_registered(alice, bob, rows):
    alice.fill_in(PAGE, CLARA)

    assert bob.get(f"/patients/{patients(rows)[-1].ref}/details").status_code == 404


def test_a_form_sent_twice_registers_once(alice, rows):
    fields = {**alice.fields(PAGE), **CLARA}

    first, second = alice.post(PAGE, fields), alice.post(PAGE, fields)

    assert first.location == second.location
    assert len(patients(rows)) == 3


def test_a_patient_of_the_same_name_and_birth_date_is_shown_first(alice, cast, rows):
    again = {**CLARA, "family_name": "ABEL", "given_name": "ánn", "born_on": "1996-03-14"}

    asked = alice.fill_in(PAGE, again)

    assert asked.status_code == 409
    assert "Nothing is saved yet" in asked.text and "000 001" in asked.text
    assert len(patients(rows)) == 2


def test_a_twin_is_registered_with_a_reason_that_history_keeps(alice, rows):
    twin = {**CLARA, "family_name": "Abel", "given_name": "Ann", "born_on": "14-Mar-1996"}
    without = alice.fill_in(PAGE, {**twin, "register_anyway": "1"})
    assert without.status_code == 422 and "Say why this is another person" in without.text

    done = alice.fill_in(PAGE, {**twin, "register_anyway": "1", "why_another": "twin sister"})

    assert done.status_code == 303
    ref = patients(rows)[-1].ref
    assert "twin sister" in alice.get(f"/patients/{ref}/details/history").text


def test_another_physicians_patient_is_registered_like_nobody(alice, rows):
    ben = {**CLARA, "family_name": "Boone", "given_name": "Ben", "born_on": "14-Mar-1996"}

    assert alice.fill_in(PAGE, ben).status_code == 303
    assert len(patients(rows)) == 3


@pytest.mark.parametrize("mrn", ["000001", "000002", "000 002"], ids=["own", "unseen", "spaced"])
def test_a_number_in_use_is_refused_in_the_same_words(alice, rows, mrn):
    answer = alice.fill_in(PAGE, {**CLARA, "mrn": mrn})

    assert answer.status_code == 422
    assert "This number cannot be used; leave it empty to get the next one." in answer.text
    assert 'value="Clara"' in answer.text
    assert len(patients(rows)) == 2


BAD = [
    ("family_name", "", "Enter the family name."),
    ("family_name", "\u200b\u202e", "Write the name with letters."),
    ("family_name", "12", "Write the name with letters."),
    ("family_name", "x" * 100_000, "Shorten this to 80 characters"),
    ("given_name", "\0\0", "Enter the given name."),
    ("born_on", "", "Enter the birth date"),
    ("born_on", "31-Feb-1990", "This day does not exist"),
    ("born_on", "0x7ca", "Write the date as"),
    ("born_on", "+1d", "not after today"),
    ("sex_for_ranges", "", "Choose female, male or unknown."),
    ("sex_for_ranges", "sNaN", "Choose female, male or unknown."),
    ("email", "nobody", "name@mail.example"),
    ("telephone", "call me", "as people dial it"),
    ("telephone", "12", "as people dial it"),
    ("state", "ZZ", "Choose a state of the list"),
    ("postal_code", "1_000", "Write five digits"),
    ("postal_code", "١٢٣٤٥", "Write five digits"),
    ("time_zone", "../../etc/passwd", "Choose a time zone of the list."),
    ("emergency_telephone", "<b>", "as people dial it"),
    ("allergies", "listed", "Write which allergies"),
    ("allergies", "perhaps", "Choose whether allergies were asked about."),
    ("allergies_text", "penicillin", "You wrote allergies"),
    ("diagnosis_1", "F50.2", "is a heading. Choose one of its codes: F50.20"),
    ("diagnosis_2", "X99.999", "This code is not in the list."),
    ("mrn", "../1", "Use up to 20 letters"),
    ("mrn", "9" * 21, "Use up to 20 letters"),
]


@pytest.mark.one_database
@pytest.mark.parametrize(("field", "value", "words"), BAD, ids=lambda text: text[:16])
def test_what_cannot_be_meant_is_said_at_the_field_and_in_the_summary(
    alice, rows, field, value, words
):
    answer = alice.fill_in(PAGE, {**CLARA, "city": "Albany", field: value})

    assert answer.status_code == 422
    assert answer.text.count(words) >= 2, "at the field and in the summary"
    assert "There is a problem" in answer.text and 'value="Albany"' in answer.text
    assert len(patients(rows)) == 2


@pytest.mark.one_database
def test_a_flood_of_text_is_refused_whole(alice, rows):
    answer = alice.fill_in(PAGE, {**CLARA, "street": "x" * 10**6})

    assert answer.status_code == 413
    assert len(patients(rows)) == 2


@pytest.mark.one_database
def test_a_code_written_twice_is_refused_at_its_second_place(alice, rows):
    codes = {"diagnosis_1": "F50.810", "diagnosis_3": "f50.810"}

    answer = alice.fill_in(PAGE, {**CLARA, **codes})

    assert answer.status_code == 422
    assert 'id="diagnosis_3-error"' in answer.text
    assert len(patients(rows)) == 2


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        "O’Neill-Żółć",
        "עברי",
        "محمد",
        "李",
        "{{ 7*7 }}x",
        "a' OR 1=1--",
    ],
)
def test_any_name_is_kept_as_written_and_shown_as_text(alice, rows, name):
    answer = alice.fill_in(PAGE, {**CLARA, "family_name": name, "given_name": name})

    assert answer.status_code == 303
    assert patients(rows)[-1].family_name == name
    page = alice.get(f"/patients/{patients(rows)[-1].ref}/details").text
    shown = BeautifulSoup(page, "html.parser").select_one(".banner-name").get_text(" ")
    assert "<script>alert" not in page and shown.count(name) == 2 and "49x" not in shown


@pytest.mark.one_database
def test_a_name_cannot_turn_the_direction_of_its_line(alice, rows):
    alice.fill_in(PAGE, {**CLARA, "family_name": "\u202eleba\u202c"})

    assert patients(rows)[-1].family_name == "leba"


def test_ann_of_an_open_emergency_counts_as_seen(alice, bob, rows):
    bob.fill_in("/patients/emergency-access", {
        "who": "Abel", "born_on": "14-Mar-1996", "reason": "She called, faint and alone.",
    })  # fmt: skip

    asked = bob.fill_in(
        PAGE, {**CLARA, "family_name": "Abel", "given_name": "Ann", "born_on": "14-Mar-1996"}
    )

    assert asked.status_code == 409
