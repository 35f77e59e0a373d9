"""Emergency access: an hour, a reason, a banner, the trail, and an admin who reads it."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
import time_machine

from dashboard.actor import Actor, Kind, acting_as
from dashboard.clock import now
from dashboard.db import db
from dashboard.errors import Refusal
from dashboard.patients.actions import open_in_emergency
from tests.cast import sign_in

DOOR = "/patients/emergency-access"
REVIEW = "/emergency-access"
REASON = "She called the practice, faint and alone."
ANN = {"who": "Abel", "born_on": "14-Mar-1996", "reason": REASON}
NOBODY_FOUND = "No patient was found with exactly this name or MRN and birth date."
TRAIL = "SELECT * FROM audit_event WHERE action = :action ORDER BY seq"


def opened(rows):
    return rows("SELECT * FROM emergency_access")


@pytest.mark.parametrize("who", ["Abel", "ABEL", " ábel ", "000001", "000 001"])
def test_bob_opens_anns_chart_for_an_hour(bob, cast, rows, who):
    answer = bob.fill_in(DOOR, {**ANN, "who": who})

    assert answer.status_code == 303
    page = bob.get(answer.location)
    assert page.status_code == 200
    assert "Emergency access until" in page.text and REASON in page.text
    assert len(rows(TRAIL, action="emergency access")) == 1


def test_it_ends_by_itself(bob, cast):
    with time_machine.travel(dt.datetime.now(dt.UTC), tick=False) as clock:
        chart = bob.fill_in(DOOR, ANN).location
        clock.shift(dt.timedelta(minutes=14))
        for _ in range(3):
            assert bob.get(chart).status_code == 200
            clock.shift(dt.timedelta(minutes=14))
        assert bob.get(chart).status_code == 200
        clock.shift(dt.timedelta(minutes=5))
        assert bob.get(chart).status_code == 404


def test_it_ends_by_its_button(bob, cast):
    chart = bob.fill_in(DOOR, ANN).location
    end = f"/patients/{cast.ann_ref}/emergency-access/end"
    assert end in bob.get(chart).text, "the strip has its button"

    answer = bob.post(end)

    assert (answer.status_code, answer.location) == (303, "/patients")
    assert bob.get(chart).status_code == 404
    assert bob.post(end).status_code == 404


WRONG = [
    {"who": "Nobody"},
    {"who": "Abe"},
    {"who": "Ann"},
    {"who": "000009"},
    {"who": "%"},
    {"born_on": "15-Mar-1996"},
    {"who": "<script>"},
    {"who": "--", "born_on": "1996-03-14"},
]


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_whatever_is_wrong_the_answer_is_the_same(bob, rows, wrong):
    answer = bob.fill_in(DOOR, {**ANN, **wrong})

    assert answer.status_code == 422
    assert NOBODY_FOUND in answer.text and REASON in answer.text
    assert not opened(rows)
    [told] = rows(TRAIL, action="emergency access refused")
    assert told.patient_id is None and "Abel" not in told.detail


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"who": ""}, "Enter the family name or the MRN."),
        ({"born_on": ""}, "birth date"),
        ({"born_on": "31-Feb-1996"}, "This day does not exist"),
        ({"reason": ""}, "Say why you need this chart now."),
        ({"reason": "urgent"}, "Write at least 15 characters"),
        ({"reason": "u r g e n t . . . . "}, "Write at least 15 characters"),
        ({"reason": "x" * 501}, "Shorten this to 500"),
        ({"who": "x" * 81}, "Shorten this to 80"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_looked_up(bob, rows, changes, words):
    answer = bob.fill_in(DOOR, {**ANN, **changes})

    assert answer.status_code == 422
    assert words in answer.text
    assert not opened(rows) and not rows(TRAIL, action="emergency access refused")


def test_two_patients_who_fit_are_told_apart_by_number(alice, bob, cast, rows):
    twin = {"family_name": "Abel", "given_name": "Amy", "born_on": "14-Mar-1996",
            "sex_for_ranges": "female"}  # fmt: skip
    assert alice.fill_in("/patients/new", twin).status_code == 303

    asked = bob.fill_in(DOOR, ANN)
    assert asked.status_code == 422 and "Enter the MRN instead." in asked.text
    assert not opened(rows)

    assert bob.fill_in(DOOR, {**ANN, "who": "000003"}).status_code == 303


def test_ten_guesses_an_hour_and_no_more(app, bob, cast, rows):
    at = dt.datetime.now(dt.UTC)
    with time_machine.travel(at, tick=False):
        for number in range(10):
            assert bob.fill_in(DOOR, {**ANN, "who": f"Guess{number}x"}).status_code == 422

        stopped = bob.fill_in(DOOR, ANN)
        assert stopped.status_code == 429
        assert "Ten attempts found no patient" in stopped.text and REASON in stopped.text
        assert not opened(rows)
        assert len(rows(TRAIL, action="emergency access refused")) == 11

    with time_machine.travel(at + dt.timedelta(hours=2), tick=False):
        assert sign_in(app, cast.bob).fill_in(DOOR, ANN).status_code == 303


def test_guesses_at_once_are_counted_one_after_another(app, cast, rows):
    ready, outcomes = threading.Barrier(14), []

    def guess(number: int) -> None:
        person = Actor(Kind.PERSON, "Bob Baum", cast.bob)
        ready.wait()
        with app.app_context(), acting_as(person):
            try:
                open_in_emergency(
                    who=f"Guess{number}x", born_on=dt.date(1996, 3, 14), reason=REASON,
                    by_id=cast.bob,
                )  # fmt: skip
            except Refusal as refusal:
                outcomes.append(type(refusal).__name__)
                db.session.commit()
            finally:
                db.session.remove()

    desks = [threading.Thread(target=guess, args=(number,)) for number in range(14)]
    for one in desks:
        one.start()
    for one in desks:
        one.join()

    assert outcomes.count("NoSuchPatient") == 10
    assert outcomes.count("TooManyAttempts") == 4


def test_alice_needs_no_emergency_for_her_own_patient(alice, cast, rows):
    answer = alice.fill_in(DOOR, ANN)

    assert answer.location == f"/patients/{cast.ann_ref}"
    assert "no emergency access was needed" in alice.get(answer.location).text
    assert not opened(rows)


def test_asking_again_while_it_is_open_gives_no_second_hour(bob, rows):
    fields = {**bob.fields(DOOR), **ANN}
    first = bob.post(DOOR, fields)

    assert bob.post(DOOR, fields).location == first.location
    assert bob.fill_in(DOOR, ANN).location == first.location
    assert len(opened(rows)) == 1


def test_the_care_team_sees_who_opened_the_chart(alice, bob, cast):
    bob.fill_in(DOOR, ANN)

    page = alice.get(f"/patients/{cast.ann_ref}/team").text
    with time_machine.travel(now() + dt.timedelta(minutes=61), tick=False):
        later = sign_in(alice.app, cast.alice).get(f"/patients/{cast.ann_ref}/team").text

    assert "Bob Baum" in page and REASON in page and "Open now" in page
    assert "Open now" not in later and "Not reviewed yet" in later


def test_cleo_reviews_without_learning_who_it_was(bob, cleo, cast, rows):
    chart = bob.fill_in(DOOR, ANN).location
    bob.get(chart)
    bob.get(chart)

    listed = cleo.get(REVIEW).text
    assert "Bob Baum" in listed and REASON in listed and cast.ann_ref[:8] in listed
    assert "Abel" not in listed and ">2</td>" in listed

    address = f"{REVIEW}/{opened(rows)[0].ref}"
    done = cleo.fill_in(address, {"note": "Agreed with Dr Adler."})

    assert (done.status_code, done.location) == (303, REVIEW)
    assert "Nothing to review" in cleo.get(REVIEW).text
    assert "Reviewed" in cleo.get(f"{REVIEW}?show=all").text
    assert "Agreed with Dr Adler." in cleo.get(address).text
    assert len(rows(TRAIL, action="review")) == 1


def test_a_review_is_written_once(bob, cleo, rows):
    bob.fill_in(DOOR, ANN)
    address = f"{REVIEW}/{opened(rows)[0].ref}"
    first, second = cleo.fields(address), cleo.fields(address)
    cleo.post(address, {**first, "note": "Agreed."})

    assert cleo.post(address, {**second, "note": "Not agreed."}).status_code == 409
    assert opened(rows)[0].review_note == "Agreed."


@pytest.mark.one_database
@pytest.mark.parametrize("note", ["", " \0 ", "x" * 501])
def test_a_review_says_something(bob, cleo, rows, note):
    bob.fill_in(DOOR, ANN)
    address = f"{REVIEW}/{opened(rows)[0].ref}"

    assert cleo.fill_in(address, {"note": note}).status_code == 422
    assert opened(rows)[0].reviewed_at is None


@pytest.mark.parametrize("query", ["older=x", "newer=" + "a" * 26, "show=sNaN", "older=%00"])
def test_the_review_list_answers_any_address(cleo, query):
    assert cleo.get(f"{REVIEW}?{query}").status_code == 200
