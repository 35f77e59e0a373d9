"""Reading, editing and the history of a patient's details; changing the status."""

from __future__ import annotations

import pytest


def details(cast):
    return f"/patients/{cast.ann_ref}/details"


def ann(rows):
    return rows("SELECT * FROM patient WHERE mrn = '000001'")[0]


@pytest.mark.one_database
def test_what_was_never_asked_is_shown_as_not_asked(alice, cast):
    page = alice.get(details(cast)).text

    assert "Not asked yet" in page and "Not known" in page
    assert "none known" not in page


def test_alice_edits_and_the_history_shows_it_field_by_field(alice, cast, rows):
    answer = alice.fill_in(f"{details(cast)}/edit", {
        "family_name": "Abelard", "city": "Troy", "state": "NY", "reason": "married",
    })  # fmt: skip

    assert (answer.status_code, answer.location) == (303, details(cast))
    assert (ann(rows).family_name, ann(rows).name_key) == ("Abelard", "abelard ann")
    history = alice.get(f"{details(cast)}/history").text
    for words in ("Abel<", "Abelard<", "New York", "married", "Alice Adler", "(empty)"):
        assert words in history, words


def test_saving_without_a_change_adds_no_history(alice, cast, rows):
    answer = alice.fill_in(f"{details(cast)}/edit", {})

    assert answer.status_code == 303
    assert rows("SELECT * FROM patient_revision") == []


def test_of_two_who_edit_the_second_sees_both_texts_and_overwrites_nothing(alice, cast, rows):
    edit = f"{details(cast)}/edit"
    slow = alice.fields(edit)
    alice.fill_in(edit, {"telephone": "518-555-0101"})

    answer = alice.post(edit, {**slow, "telephone": "518-555-0199", "city": "Troy"})

    assert answer.status_code == 409
    assert "518-555-0101" in answer.text and "518-555-0199" in answer.text
    assert "Alice Adler saved this at" in answer.text
    assert (ann(rows).telephone, ann(rows).city) == ("518-555-0101", "")


def test_after_the_conflict_the_next_save_counts(alice, cast, rows):
    from tests.cast import form_fields

    edit = f"{details(cast)}/edit"
    slow = alice.fields(edit)
    alice.fill_in(edit, {"telephone": "518-555-0101"})
    shown = form_fields(alice.post(edit, {**slow, "telephone": "518-555-0199"}).text)

    answer = alice.post(edit, shown)

    assert answer.status_code == 303
    assert ann(rows).telephone == "518-555-0199"


@pytest.mark.one_database
@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30, "１"])
def test_a_mangled_version_saves_nothing(alice, cast, rows, version):
    answer = alice.fill_in(f"{details(cast)}/edit", {"city": "Troy", "version": version})

    assert answer.status_code == 409
    assert ann(rows).city == ""


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("mrn", "words"),
    [("", "Enter the MRN."), ("000002", "This number cannot be used"), ("a b!", "letters A to Z")],
)
def test_a_number_that_cannot_be_given_changes_nothing(alice, cast, rows, mrn, words):
    answer = alice.fill_in(f"{details(cast)}/edit", {"mrn": mrn, "city": "Troy"})

    assert answer.status_code == 422
    assert words in answer.text and 'value="Troy"' in answer.text
    assert ann(rows).city == ""


def test_a_changed_number_is_kept_in_capitals(alice, cast, rows):
    alice.fill_in(f"{details(cast)}/edit", {"mrn": "ab 12"})

    assert rows("SELECT mrn FROM patient ORDER BY mrn")[-1].mrn == "AB12"


def test_a_status_changes_with_a_reason(alice, cast, rows):
    answer = alice.fill_in(
        f"{details(cast)}/status", {"standing": "discharged", "reason": "moved to Oregon"}
    )

    assert answer.status_code == 303
    assert ann(rows).status == "discharged"
    history = alice.get(f"{details(cast)}/history").text
    assert "Discharged" in history and "moved to Oregon" in history


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"standing": "paused", "reason": ""}, "Say why the status changes."),
        ({"standing": "cured", "reason": "well"}, "Choose a status."),
        ({"standing": "paused", "reason": "x" * 301}, "Shorten this to 300"),
    ],
)
def test_a_status_without_sense_changes_nothing(alice, cast, rows, changes, words):
    answer = alice.fill_in(f"{details(cast)}/status", changes)

    assert answer.status_code == 422
    assert answer.text.count(words) >= 2
    assert ann(rows).status == "active"


def test_a_status_that_changed_meanwhile_is_shown_first(alice, cast, rows):
    page = f"{details(cast)}/status"
    slow = alice.fields(page)
    alice.fill_in(page, {"standing": "paused", "reason": "travels"})

    answer = alice.post(page, {**slow, "standing": "discharged", "reason": "ended"})

    assert answer.status_code == 409
    assert "Paused" in answer.text
    assert ann(rows).status == "paused"


@pytest.mark.parametrize("before", ["", "x", "0", "-1", "9" * 30, "2"])
def test_the_history_answers_any_place(alice, cast, before):
    assert alice.get(f"{details(cast)}/history?before={before}").status_code == 200


@pytest.mark.one_database
def test_a_long_history_comes_page_by_page(alice, cast):
    for number in range(52):
        alice.fill_in(f"{details(cast)}/edit", {"city": f"Place {number}"})

    page = alice.get(f"{details(cast)}/history").text

    assert page.count("Details changed</h2>") == 50
    older = f"{details(cast)}/history?before=4"
    assert older in page
    assert alice.get(older).text.count("Details changed</h2>") == 2


def test_reading_details_costs_few_statements(alice, cast, counting):
    with counting() as sent:
        assert alice.get(details(cast)).status_code == 200

    assert len(sent) <= 5 + 8, sent.texts  # access 2, trail 3


@pytest.mark.parametrize(
    ("fields", "status"), [({"family_name": ""}, 422), ({"version": "0", "city": "Troy"}, 409)]
)
def test_a_form_that_comes_back_with_the_chart_on_it_is_told_as_an_opening(
    alice, cast, rows, fields, status
):
    path = f"{details(cast)}/edit"
    sent = {**alice.fields(path), **fields}
    told = "SELECT seq FROM audit_event WHERE action = 'open chart'"
    before = len(rows(told))

    answer = alice.post(path, sent)

    assert answer.status_code == status
    assert len(rows(told)) == before + 1
    assert ann(rows).family_name == "Abel"


def test_a_form_that_is_saved_opens_nothing_by_itself(alice, cast, rows):
    path = f"{details(cast)}/edit"
    sent = {**alice.fields(path), "city": "Troy"}
    told = "SELECT seq FROM audit_event WHERE action = 'open chart'"
    before = len(rows(told))

    assert alice.post(path, sent).status_code == 303
    assert len(rows(told)) == before
