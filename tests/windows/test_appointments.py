"""Appointments: booked and logged, held, missed, cancelled or in error, and never overwritten."""

import datetime as dt

import pytest
import sqlalchemy as sa
import time_machine

from dashboard.db import db
from dashboard.patients.models import CareTeamMember
from dashboard.windows.models import AppointmentState
from tests.cast import form_fields, sign_in
from tests.windows.appointments import appointment, dose, write

NOON = dt.datetime(2026, 10, 30, 16, tzinfo=dt.UTC)  # two days before the clocks go back
BOOK = {"kind": "therapy", "with_whom": "Dr Lindqvist", "way": "video", "starts_on": "+1d",
        "start_time": "14:00", "minutes": "50"}  # fmt: skip
LOG = BOOK | {"starts_on": "-1d"}
DAY = dt.timedelta(days=1)


@pytest.fixture
def at_noon(app, cast):
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def alice(app, cast, at_noon):
    return sign_in(app, cast.alice)


@pytest.fixture
def pages(cast):
    return f"/patients/{cast.ann_ref}/windows"


def ref_of(rows):
    return rows("SELECT ref FROM appointment ORDER BY recorded_at DESC")[0][0]


def test_a_booking_in_a_window_is_held_and_the_window_is_used(
    app, alice, cast, pages, rows, at_noon
):
    assert "No window yet" in alice.get(pages).text
    assert "No appointment on the chart" in alice.get(pages).text
    write(app, [dose(cast.ann, NOON, by=cast.alice)])
    sent = alice.fields(f"{pages}/appointments/new") | BOOK
    for _ in range(2):
        assert alice.post(f"{pages}/appointments/new", sent).status_code == 303
    assert len(rows("SELECT id FROM appointment")) == 1, "sent twice, booked once"
    page = alice.get(pages).text
    assert "31-Oct-2026 14:00 ET" in page and "Video, 50 min" in page and "Not open yet" in page
    at = f"{pages}/appointments/{ref_of(rows)}"
    assert alice.post(f"{at}/held").status_code == 409, "it is still to come"

    at_noon.move_to(NOON + 2 * DAY)
    alice = sign_in(app, cast.alice)
    page = alice.get(pages).text
    assert "Say whether it took place" in page and "0 of 1 windows used" in page
    for _ in range(2):
        assert alice.post(f"{at}/held").status_code == 303, "said twice, said once"
    assert "1 of 1 windows used" in alice.get(pages).text
    for path in ("missed", "cancel", "change"):
        assert alice.post(f"{at}/{path}", {"reason": "x"}).status_code in {409, 422}, path
    assert alice.get(f"{at}/cancel").status_code == alice.get(f"{at}/change").status_code == 409

    assert alice.fill_in(f"{at}/in-error", {"reason": ""}).status_code == 422
    assert alice.fill_in(f"{at}/in-error", {"reason": "It was <Ben>"}).status_code == 303
    page = alice.get(pages).text
    assert "It was &lt;Ben&gt;" in page and "0 of 1 windows used" in page
    assert alice.post(f"{at}/held").status_code == 409
    assert alice.fill_in(f"{pages}/appointments/log", LOG).status_code == 303
    assert "1 of 1 windows used" in alice.get(pages).text


def test_one_missed_or_cancelled_uses_no_window_and_is_named_in_it(
    app, alice, cast, pages, rows, at_noon
):
    given = NOON - 5 * DAY
    write(app, [
        dose(cast.ann, given, by=cast.alice), appointment(cast.ann, given + DAY, by=cast.alice),
        appointment(cast.ann, given + 2 * DAY, by=cast.alice, with_whom="M. Ortiz"),
    ])  # fmt: skip
    assert "0 of 1 windows used, 1 not confirmed" in alice.get(pages).text
    first, second = (f"{pages}/appointments/{row[0]}" for row in
                     rows("SELECT ref FROM appointment ORDER BY starts_at"))  # fmt: skip
    assert alice.post(f"{first}/missed").status_code == 303
    assert alice.fill_in(f"{second}/cancel", {"reason": " "}).status_code == 422
    assert alice.fill_in(f"{second}/cancel", {"reason": "Snow"}).status_code == 303
    page = alice.get(pages).text
    assert "0 of 1 windows used" in page and "not confirmed" not in page.split("</h1>")[1][:200]
    assert page.count("Therapy, M. Ortiz") == 2 and "Snow" in page and "Cancelled" in page


def test_what_cannot_be_meant_is_refused_at_its_field_and_nothing_is_saved(alice, pages, rows):
    for change, words in (
        ({"starts_on": "-1d"}, "Log it as one that took place instead"),
        ({"starts_on": "01-Jan-2029"}, "at most a year ahead"),
        ({"starts_on": "31-Feb-2027"}, "starts_on"),
        ({"starts_on": "14-Mar-2027", "start_time": "02:30"}, "does not exist"),
        ({"starts_on": "01-Nov-2026", "start_time": "01:30"}, "Say which one"),
        ({"start_time": "25:00"}, "24-hour clock"),
        ({"minutes": "0"}, "from 1 to 1440"),
        ({"minutes": "sNaN"}, "whole number"),
        ({"minutes": "3_0"}, "whole number"),
        ({"minutes": str(2**63)}, "whole number"),
        ({"with_whom": "\u202e \x00 "}, "Enter who sees the patient"),
        ({"with_whom": "x" * 10**5}, "Shorten this"),
        ({"kind": "lunch"}, "Choose what it is"),
        ({"way": ""}, "Choose how they meet"),
        ({"note": "n" * 501}, "Shorten this"),
    ):
        answer = alice.fill_in(f"{pages}/appointments/new", {**BOOK, **change})
        assert answer.status_code == 422 and words in answer.text, change
        assert "There is a problem" in answer.text
    for change, words in (
        ({"starts_on": "+1d"}, "Book it instead"),
        ({"starts_on": "01-Jan-1901"}, "before the patient&#39;s birth"),
    ):
        answer = alice.fill_in(f"{pages}/appointments/log", {**LOG, **change})
        assert answer.status_code == 422 and words in answer.text, change
    assert not rows("SELECT id FROM appointment")
    twice = {**BOOK, "starts_on": "01-Nov-2026", "start_time": "01:30", "which": "second"}
    assert alice.fill_in(f"{pages}/appointments/new", twice).status_code == 303
    assert "01:30 ET (UTC−5)" in alice.get(pages).text
    again = alice.fields(f"{pages}/appointments/{ref_of(rows)}/change")
    assert (again["start_time"], again["which"]) == ("01:30", "second")


def test_of_two_who_change_one_the_second_sees_both_and_loses_nothing(
    app, alice, cast, pages, rows
):
    write(app, [CareTeamMember(patient_id=cast.ann, user_id=cast.bob, added_by_id=cast.alice)])
    bob = sign_in(app, cast.bob)
    assert alice.fill_in(f"{pages}/appointments/new", BOOK).status_code == 303
    path = f"{pages}/appointments/{ref_of(rows)}/change"
    hers, his = alice.fields(path), bob.fields(path)
    assert alice.post(path, hers | {"start_time": "15:00"}).status_code == 303
    answer = bob.post(path, his | {"with_whom": "M. Ortiz", "note": "in the garden"})
    assert answer.status_code == 409
    assert "Alice Adler saved this at" in answer.text and "in the garden" in answer.text
    assert "31-Oct-2026 15:00 ET" in answer.text and "31-Oct-2026 14:00 ET" in answer.text
    stored = "SELECT with_whom, state FROM appointment"
    assert rows(stored)[0][0] == "Dr Lindqvist"

    mine = form_fields(answer.text)
    assert alice.fill_in(path.replace("change", "cancel"), {"reason": "Snow"}).status_code == 303
    late = bob.post(path, mine)
    assert late.status_code == 409 and "closed this at" in late.text
    assert "in the garden" in late.text and "you typed Booked" in late.text
    assert tuple(rows(stored)[0]) == ("Dr Lindqvist", AppointmentState.CANCELLED.value)


def test_the_database_keeps_a_closed_appointment_as_it_was(app, cast, at_noon):
    held = appointment(cast.ann, NOON - DAY, by=cast.alice, state=AppointmentState.HELD)
    write(app, [held])
    for change in (
        "UPDATE appointment SET with_whom = 'somebody'", "UPDATE appointment SET state = 'missed'",
        "UPDATE appointment SET recorded_at = changed_at, recorded_by_id = changed_by_id"
        ", note = 'x'",
        "DELETE FROM appointment",
    ):  # fmt: skip
        with app.app_context(), db.engine.begin() as connection:
            with pytest.raises(sa.exc.DBAPIError):
                connection.exec_driver_sql(change)
            connection.rollback()
