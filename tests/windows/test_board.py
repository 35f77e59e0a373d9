"""The practice's page: windows of the week without a contact, and a letter that says no secret."""

import datetime as dt

import pytest
import time_machine

from dashboard.actor import acting_as_job
from dashboard.clinical.instruments import catalogue
from dashboard.db import db, new_id
from dashboard.patients.models import CareTeamMember, Patient, Sex, Status
from dashboard.scores import actions as scores
from dashboard.scores.models import Mode
from dashboard.sessions.models import Route, Setting, TreatmentSession
from dashboard.windows.models import AppointmentState
from tests.cast import sign_in
from tests.windows.appointments import ET, appointment, dose, write

NOON = dt.datetime(2026, 10, 28, 16, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
DAY = 24 * HOUR


@pytest.fixture
def at_noon(app, cast):
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def alice(app, cast, at_noon):
    return sign_in(app, cast.alice)


def session(patient_id, planned_at, *, by):
    return TreatmentSession(
        patient_id=patient_id, planned_at=planned_at, zone_name=ET, route=Route.SUBLINGUAL,
        setting=Setting.HOME, location_state="FL", planned_by_id=by,
    )  # fmt: skip


def test_windows_without_a_contact_come_first_and_others_patients_are_not_there(
    app, alice, bob, cast
):
    assert "No window is without a contact" in alice.get("/windows").text
    write(app, [
        dose(cast.ann, NOON - 30 * HOUR, by=cast.alice), dose(cast.ben, NOON, by=cast.bob),
        session(cast.ann, NOON + 5 * DAY, by=cast.alice),
        appointment(cast.ann, NOON + 6 * DAY + 2 * HOUR, by=cast.alice),
        session(cast.ann, NOON + 9 * DAY, by=cast.alice),
        dose(cast.ann, NOON - 4 * DAY, by=cast.alice),
    ])  # fmt: skip
    page = alice.get("/windows").text
    without, _, others = page.partition("With a contact")
    assert "27-Oct-2026 06:00 ET" in without and "200 mg" in without and "Open" in without
    assert "02-Nov-2026" in others and "Planned" in others
    assert "Booked" in others and "06-Nov-2026" not in page and "24-Oct-2026" not in page
    assert "BOONE" not in page and "working hypothesis" in page


def test_writing_to_the_therapist_is_kept_in_sight_until_it_is_booked(app, alice, cast, rows):
    given = dose(cast.ann, NOON - 2 * HOUR, by=cast.alice)
    write(app, [
        given, appointment(cast.ann, NOON - 20 * DAY, by=cast.alice, state=AppointmentState.HELD),
    ])  # fmt: skip
    path = f"/patients/{cast.ann_ref}/windows/{given.ref}/ask"
    assert path in alice.get("/windows").text, "one click"
    page = alice.get(path).text
    letter = page.split("<textarea")[1].split("</textarea>")[0]
    assert "Dear Dr Lindqvist" in letter and "A. A." in letter
    assert "29-Oct-2026 10:00 ET" in letter and "31-Oct-2026 10:00 ET" in letter
    for secret in ("Abel", "ketamine", "dose", "mg", "diagnos", "window", "eating"):
        assert secret not in letter, secret
    assert "mailto:" not in page

    assert alice.fill_in(path, {"to": " "}).status_code == 422
    sent = alice.fields(path) | {"to": "Dr <Lindqvist>"}
    for _ in range(2):
        assert alice.post(path, sent).status_code == 303
    assert len(rows("SELECT id FROM task WHERE state = 'open'")) == 1
    assert "Hear from Dr &lt;Lindqvist&gt;" in alice.get("/windows").text
    assert "Dr &lt;Lindqvist&gt;" in alice.get("/tasks").text

    booking = f"/patients/{cast.ann_ref}/windows/appointments/new?in={given.ref}"
    fields = alice.fields(booking)
    assert fields["starts_on"] == "29-Oct-2026" and fields["with_whom"] == "Dr Lindqvist"
    assert "The window is open from 29-Oct-2026 10:00 ET" in alice.get(booking).text
    outside = fields | {"way": "video", "starts_on": "+9d", "start_time": "11:00"}
    assert alice.post(booking, outside).status_code == 303
    assert len(rows("SELECT id FROM task WHERE state = 'open'")) == 1, "not inside the window"
    assert "outside every window" in alice.get("/windows").text, "said once, on the next page"
    inside = alice.fields(booking) | {"way": "video", "start_time": "11:00"}
    assert alice.post(booking, inside).status_code == 303
    assert not rows("SELECT id FROM task WHERE state = 'open'")


def test_nobody_is_asked_for_a_window_that_has_closed(app, alice, cast, rows):
    given = dose(cast.ann, NOON - 5 * DAY, by=cast.alice)
    write(app, [given])
    path = f"/patients/{cast.ann_ref}/windows/{given.ref}/ask"
    assert "This window has closed" in alice.get(path).text
    assert alice.post(path, {"to": "Dr Lindqvist"}).status_code == 409
    assert not rows("SELECT id FROM task")
    assert alice.get(f"/patients/{cast.ann_ref}/windows/{'a' * 26}/ask").status_code == 404


def fill(app, cast, numbers):
    """Give Alice so many patients with doses, contacts, a session and scores before and after."""
    phq9 = catalogue()["phq9"]
    with app.app_context(), acting_as_job("test data"):
        for number in numbers:
            patient = Patient(
                id=new_id(), mrn=f"9{number:05}", family_name=f"Made{number}", given_name="Up",
                name_key=f"made{number} up", given_key=f"up made{number}",
                born_on=dt.date(1996, 3, 14), sex_for_ranges=Sex.FEMALE, status=Status.ACTIVE,
                registered_by_id=cast.alice,
            )  # fmt: skip
            db.session.add(patient)
            db.session.flush()
            db.session.add(
                CareTeamMember(patient_id=patient.id, user_id=cast.alice, added_by_id=cast.alice)
            )
            first = NOON - 20 * DAY
            db.session.add_all([
                dose(patient.id, first, by=cast.alice), dose(patient.id, NOON, by=cast.alice),
                appointment(patient.id, first + 30 * HOUR, by=cast.alice,
                            state=AppointmentState.HELD),
                session(patient.id, NOON + 4 * DAY, by=cast.alice),
            ])  # fmt: skip
            db.session.flush()
            for at, answer in ((first - DAY, 3), (NOON - DAY, 0)):
                scores.record(
                    patient, instrument=phq9, answers={str(n): answer for n in range(1, 10)},
                    taken_at=at, zone=ET, mode=Mode.PAPER, by=cast.alice,
                )  # fmt: skip
        db.session.commit()
        db.session.remove()


def test_a_practice_costs_as_many_statements_as_one_patient(app, alice, cast, counting):
    counted: dict[str, list[int]] = {}
    for more in (range(1), range(1, 40)):
        fill(app, cast, more)
        for path in ("/windows", "/windows/change"):
            with counting() as statements:
                assert alice.get(path).status_code == 200
            counted.setdefault(path, []).append(len(statements))
    assert counted["/windows"][0] == counted["/windows"][1] <= 8, counted
    assert counted["/windows/change"][0] == counted["/windows/change"][1] <= 8, counted

    page = alice.get("/windows/change").text
    assert "not evidence of effect" in page and "All used" in page
    row = page.split("PHQ-9: reliable")[1].split("All used")[1].split("</tr>")[0]
    assert row.count(">40<") == 2, "40 patients, all better"
    assert "80 windows" in alice.get("/windows").text
