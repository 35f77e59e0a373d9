"""Logging a visit and editing its note: what is kept, what is refused, and what is never lost."""

import datetime as dt

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup

from dashboard.actor import acting_as_job
from dashboard.db import db
from dashboard.patients.models import Patient
from dashboard.visits.models import Visit
from tests.cast import form_fields
from tests.visits.writing import NOON, SOAP, logged, visits_of, write, write_and_sign

WRITTEN = (
    "subjective, objective, assessment, plan, kind, zone_name, typed_time, began_at, signed_at"
)


@pytest.fixture
def new(cast):
    return f"{visits_of(cast.ann_ref)}/new"


def live_in(app, cast, zone_name):
    with app.app_context(), acting_as_job("test data"):
        db.session.get_one(Patient, cast.ann).time_zone = zone_name
        db.session.commit()
        db.session.remove()


def told(answer):
    """The messages at the fields, and those of the summary."""
    page = BeautifulSoup(answer.text, "html.parser")
    summary = [item.text for item in page.select("[data-problem] li")]
    fields = [item.text.removeprefix("Error: ") for item in page.select(".field-error")]
    return summary, fields


@pytest.mark.one_database
def test_a_visit_is_offered_as_a_follow_up_now_in_the_practices_zone(alice, new):
    fields = alice.fields(new)

    assert fields["kind"] == "follow-up"
    assert (fields["seen_on"], fields["seen_time"]) == ("17-Nov-2026", "12:00")
    assert fields["zone_name"] == "America/New_York"


@pytest.mark.one_database
def test_the_patients_zone_is_offered_only_when_it_differs(app, alice, cast, new):
    alone = alice.get(new).text
    live_in(app, cast, "America/Los_Angeles")

    assert "Patient, " not in alone
    assert "Patient, PT" in alice.get(new).text


def test_a_visit_keeps_what_was_typed(alice, cast, rows):
    write(alice, cast.ann_ref, kind="phone", seen_on="11/16/2026", seen_time="930")

    (row,) = rows(f"SELECT {WRITTEN} FROM visit")
    assert (row.subjective, row.plan, row.kind) == (SOAP["subjective"], SOAP["plan"], "phone")
    assert row.typed_time == "11/16/2026 930"
    assert "2026-11-16 14:30" in str(row.began_at)
    assert row.signed_at is None


def test_a_visit_in_the_patients_zone_began_at_that_instant(app, alice, cast, rows):
    live_in(app, cast, "America/Los_Angeles")
    write(alice, cast.ann_ref, zone_name="America/Los_Angeles", seen_time="09:00")

    (row,) = rows("SELECT zone_name, began_at FROM visit")
    assert row.zone_name == "America/Los_Angeles"
    assert "2026-11-17 17:00" in str(row.began_at)


def test_vital_signs_are_kept_as_typed_and_in_one_unit(alice, cast, rows):
    write(
        alice, cast.ann_ref, blood_pressure="118/74", posture="standing", heart_rate="64",
        spo2="98", respiratory_rate="14", temperature="98.6", weight="110", height="64",
    )  # fmt: skip

    found = {row.key: row[1:] for row in rows("SELECT key, typed, unit, canonical FROM vital_sign")}
    assert found == {
        "systolic": ("118", "mmHg", "118.0000"),
        "diastolic": ("74", "mmHg", "74.0000"),
        "heart rate": ("64", "/min", "64.0000"),
        "spo2": ("98", "%", "98.0000"),
        "respiratory rate": ("14", "/min", "14.0000"),
        "temperature": ("98.6", "°F", "37.0000"),
        "weight": ("110", "lb", "49.8952"),
        "height": ("64", "in", "162.5600"),
    }


@pytest.mark.one_database
def test_a_time_that_the_clocks_skip_is_refused_with_words(alice, new, rows):
    answer = alice.fill_in(new, {**SOAP, "seen_on": "08-Mar-2026", "seen_time": "02:30"})

    assert answer.status_code == 422
    assert "02:30 did not exist on 08-Mar-2026" in told(answer)[1][0]
    assert rows("SELECT * FROM visit") == []


@pytest.mark.one_database
@pytest.mark.parametrize(("which", "instant"), [("first", "05:30"), ("second", "06:30")])
def test_a_time_that_comes_twice_is_asked_about(alice, cast, new, rows, which, instant):
    fall_back = {**SOAP, "seen_on": "01-Nov-2026", "seen_time": "01:30", "save_draft": "1"}

    asked = alice.fill_in(new, fall_back)
    fields = form_fields(asked.text)
    done = alice.post(new, {**fields, "which": which, "save_draft": "1"})
    shown = alice.get(done.location).text

    assert asked.status_code == 422
    assert "01:30 came twice on 01-Nov-2026" in told(asked)[1][0]
    assert fields["plan"] == SOAP["plan"]
    assert "which" not in fields
    assert f"2026-11-01 {instant}" in str(rows("SELECT began_at FROM visit")[0].began_at)
    assert f"01:30 ET (UTC{'−4' if which == 'first' else '−5'})" in shown


def test_both_half_past_ones_of_that_night_are_stored_ordered_and_shown_apart(alice, cast, rows):
    night = {"seen_on": "01-Nov-2026", "seen_time": "01:30"}

    write(alice, cast.ann_ref, **night, which="second", assessment="The later one.")
    write(alice, cast.ann_ref, **night, which="first", assessment="The earlier one.")
    page = alice.get(visits_of(cast.ann_ref)).text

    assert page.index("The later one.") < page.index("The earlier one.")
    assert page.index("01:30 ET (UTC−5)") < page.index("01:30 ET (UTC−4)")


def test_editing_keeps_the_second_of_two_equal_times(alice, cast, rows):
    night = {"seen_on": "01-Nov-2026", "seen_time": "01:30", "which": "second"}
    address = write(alice, cast.ann_ref, **night)
    edited = alice.fill_in(f"{address}/edit", {"plan": "Other.", "save_draft": "1"})

    assert edited.status_code == 303, told(edited)
    (row,) = rows("SELECT began_at, plan FROM visit")
    assert "2026-11-01 06:30" in str(row.began_at)
    assert row.plan == "Other."


REFUSED = [
    ({"seen_on": "19-Nov-2026"}, "seen_on", "more than a day ahead"),
    ({"seen_on": "13-Mar-1996"}, "seen_on", "before the patient's birth"),
    ({"seen_on": "31-Feb-2026"}, "seen_on", "does not exist"),
    ({"seen_on": ""}, "seen_on", "Enter the date"),
    ({"seen_on": "sNaN"}, "seen_on", "Write the date"),
    ({"seen_time": "25:00"}, "seen_time", "14:05"),
    ({"seen_time": ""}, "seen_time", "Enter the time"),
    ({"kind": "haircut"}, "kind", "Choose the kind"),
    ({"zone_name": "Mars/Olympus"}, "zone_name", "Choose the time zone"),
    ({"zone_name": "../../etc/passwd"}, "zone_name", "Choose the time zone"),
    ({"posture": "hanging"}, "posture", "Choose one"),
    ({"blood_pressure": "74/118"}, "blood_pressure", "systolic pressure first"),
    ({"blood_pressure": "118"}, "blood_pressure", "118/74"),
    ({"blood_pressure": "1180/74"}, "blood_pressure", "118/74"),
    ({"blood_pressure": "<b>118/74</b>"}, "blood_pressure", "118/74"),
    ({"blood_pressure": "300/80"}, "blood_pressure", "50 to 260 mmHg"),
    ({"heart_rate": "6_4"}, "heart_rate", "whole number"),
    ({"heart_rate": "sNaN"}, "heart_rate", "whole number"),
    ({"heart_rate": "64.5"}, "heart_rate", "whole number"),
    ({"heart_rate": str(2**63)}, "heart_rate", "whole number"),
    ({"heart_rate": "٦٤"}, "heart_rate", "whole number"),
    ({"heart_rate": "640"}, "heart_rate", "20 to 250 /min"),
    ({"spo2": "101"}, "spo2", "50 to 100 %"),
    ({"respiratory_rate": "0"}, "respiratory_rate", "4 to 80 /min"),
    ({"temperature": "37"}, "temperature", "86 to 107.6 °F"),
    ({"temperature": "98.6", "temperature_unit": "°C"}, "temperature", "30 to 42 °C"),
    ({"temperature": "98.6", "temperature_unit": "K"}, "temperature_unit", "Choose one"),
    ({"temperature": "NaN"}, "temperature", "Enter a number"),
    ({"weight": "1e2"}, "weight", "Enter a number"),
    ({"weight": "-110"}, "weight", "Enter a number"),
    ({"weight": "5"}, "weight", "33 to 770 lb"),
    ({"height": "640"}, "height", "24 to 98 in"),
    ({"assessment": ""}, "assessment", "Write the assessment"),
    ({"plan": " \n\t"}, "plan", "Write the plan"),
    ({"plan": "x" * 20_001}, "plan", "Shorten this to 20,000"),
    ({"subjective": "x" * 300_000}, "subjective", "Shorten this to 20,000"),
    ({"blood_pressure": "1" * 1000}, "blood_pressure", "Shorten this to 20"),
]


@pytest.mark.one_database
@pytest.mark.parametrize(("wrong", "field", "words"), REFUSED)
def test_bad_input_is_told_at_the_field_and_nothing_is_lost(alice, new, rows, wrong, field, words):
    typed = {**SOAP, "objective": "kept text", **wrong}

    answer = alice.fill_in(new, typed)

    summary, at_fields = told(answer)
    assert answer.status_code == 422
    assert any(words in message for message in at_fields)
    assert any(words in message for message in summary)
    assert f'href="#{field}"' in answer.text
    assert "<title>Error: " in answer.text
    assert form_fields(answer.text)["objective"] == "kept text"
    assert rows("SELECT * FROM visit") == []


@pytest.mark.one_database
def test_a_million_characters_are_refused_without_falling_over(alice, new, rows):
    answer = alice.fill_in(new, {**SOAP, "plan": "x" * 10**6})

    assert answer.status_code in {413, 422}
    assert rows("SELECT * FROM visit") == []


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "{{ 7*7 }}", "naïve 🙂 ½", "a\x00b", "'; --"],
)
def test_any_text_is_kept_as_text(alice, cast, rows, text):
    address = write(alice, cast.ann_ref, plan=text)
    page = alice.get(address)

    assert rows("SELECT plan FROM visit")[0].plan == text.replace("\x00", "")
    assert page.status_code == 200
    assert "<script>alert" not in page.text


def test_marks_that_turn_text_around_are_dropped(alice, cast, rows):
    write(alice, cast.ann_ref, plan="Give 10\u202e05 mg")

    assert rows("SELECT plan FROM visit")[0].plan == "Give 1005 mg"


def test_a_double_submission_logs_one_visit(alice, new, rows):
    fields = {**alice.fields(new), **SOAP, "save_draft": "1"}

    first, second = alice.post(new, fields), alice.post(new, fields)

    assert first.location == second.location
    assert len(rows("SELECT * FROM visit")) == 1


def test_a_draft_note_may_lack_assessment_and_plan(alice, cast, rows):
    write(alice, cast.ann_ref, assessment="", plan="")

    assert len(rows("SELECT * FROM visit")) == 1


def test_an_edit_replaces_the_note_and_keeps_the_hidden_weight(alice, cast, rows):
    address = write(alice, cast.ann_ref, weight="113.7", heart_rate="64")
    alice.fill_in(f"{address}/edit", {"heart_rate": "70", "spo2": "97", "save_draft": "1"})

    found = {row.key: row.typed for row in rows("SELECT key, typed FROM vital_sign")}
    assert found == {"weight": "113.7", "heart rate": "70", "spo2": "97"}


def test_a_recorded_weight_can_be_replaced_or_removed(alice, cast, rows):
    address = write(alice, cast.ann_ref, weight="113.7")
    alice.fill_in(f"{address}/edit", {"weight": "114", "save_draft": "1"})
    replaced = [row.typed for row in rows("SELECT typed FROM vital_sign")]
    alice.fill_in(f"{address}/edit", {"remove_weight": "y", "save_draft": "1"})

    assert replaced == ["114"]
    assert rows("SELECT typed FROM vital_sign") == []


def test_the_second_to_save_sees_both_texts_and_loses_nothing(alice, cast, rows):
    address = write(alice, cast.ann_ref, plan="First plan.")
    one = alice.fields(f"{address}/edit")
    two = alice.fields(f"{address}/edit")
    alice.post(f"{address}/edit", {**one, "plan": "Plan of the one.", "save_draft": "1"})

    clash = alice.post(f"{address}/edit", {**two, "plan": "Plan of the other.", "save_draft": "1"})

    assert clash.status_code == 409
    cells = BeautifulSoup(clash.text, "html.parser").select("table.conflict tbody td")
    assert [cell.text for cell in cells] == [
        "Plan of the one.", "Plan of the other.",
    ]  # fmt: skip
    assert form_fields(clash.text)["plan"] == "Plan of the other."
    assert rows("SELECT plan FROM visit")[0].plan == "Plan of the one."
    again = alice.post(f"{address}/edit", {**form_fields(clash.text), "save_draft": "1"})
    assert again.status_code == 303
    assert rows("SELECT plan FROM visit")[0].plan == "Plan of the other."


@pytest.mark.one_database
def test_a_clash_of_weights_shows_neither(alice, cast, clock):
    address = write(alice, cast.ann_ref, weight="113.7")
    stale = alice.fields(f"{address}/edit")
    clock.shift(60)
    alice.fill_in(f"{address}/edit", {"weight": "114.9", "save_draft": "1"})

    clash = alice.post(f"{address}/edit", {**stale, "weight": "115.2", "save_draft": "1"})

    assert clash.status_code == 409
    assert "a weight, not shown" in clash.text
    assert "113.7" not in clash.text
    assert "114.9" not in clash.text


def test_another_physicians_open_note_is_read_not_edited(alice, bob, cast, both_treat_ann, rows):
    address = write(alice, cast.ann_ref)
    fields = alice.fields(f"{address}/edit")

    assert bob.get(address).status_code == 200
    assert bob.get(f"{address}/edit").status_code == 409
    answer = bob.post(f"{address}/edit", {**fields, "plan": "Bob's plan.", "save_draft": "1"})
    assert answer.status_code == 409
    assert "Bob&#39;s plan." in answer.text
    assert rows("SELECT plan FROM visit")[0].plan == SOAP["plan"]


def test_text_written_while_a_colleague_took_the_note_over_is_shown_back(
    alice, bob, cast, both_treat_ann, rows
):
    address = write(alice, cast.ann_ref)
    fields = alice.fields(f"{address}/edit")
    bob.fill_in(f"{address}/take-over", {"reason": "Dr Adler is on leave"})
    bob.fill_in(f"{address}/edit", {"plan": "Bob's plan.", "save_draft": "1"})

    late = alice.post(f"{address}/edit", {**fields, "plan": "Alice's long plan."})

    assert late.status_code == 409
    assert "Alice&#39;s long plan." in late.text
    assert rows("SELECT plan FROM visit")[0].plan == "Bob's plan."
    assert "Alice&#39;s long plan." in alice.get(f"{address}/edit").text


def test_a_thousand_characters_survive_the_lock(app, alice, cast, new, clock, rows):
    long = "The patient slept better. " * 40
    fields = {**alice.fields(new), **SOAP, "subjective": long, "save_draft": "1"}
    clock.move_to(NOON + dt.timedelta(minutes=20))

    locked = alice.post(new, fields)
    kept_out = rows("SELECT * FROM visit")
    unlock(app)
    restored = alice.fields(new)
    done = alice.post(new, {**restored, "save_draft": "1"})

    assert (locked.status_code, kept_out) == (303, [])
    assert restored["subjective"] == long.strip()
    assert done.status_code == 303
    assert rows("SELECT subjective FROM visit")[0].subjective == long.strip()


def unlock(app):
    """Open every lock as the right password would."""
    with app.app_context(), db.engine.connect() as connection:
        moment = (NOON + dt.timedelta(minutes=20)).strftime("%Y-%m-%d %H:%M:%S.%f")
        connection.exec_driver_sql(f"UPDATE sign_in SET locked_at = NULL, seen_at = '{moment}'")
        connection.commit()


def test_a_draft_is_its_writers_alone_and_is_forgotten_once_saved(
    alice, bob, cast, new, both_treat_ann, rows
):
    alice.post("/drafts", {"key": new, "version": "0", "subjective": "Half a sentence"})

    assert alice.fields(new)["subjective"] == "Half a sentence"
    assert bob.fields(new)["subjective"] == ""
    write(alice, cast.ann_ref)
    assert alice.fields(new)["subjective"] == ""
    assert rows("SELECT * FROM draft") == []


def test_bobs_visit_is_not_found_under_alices_patient(app, alice, cast):
    logged(app, cast.ben, cast.bob)
    with app.app_context(), acting_as_job("test"):
        ref = db.session.scalar(sa.select(Visit.ref))
        db.session.remove()
    address = f"{visits_of(cast.ann_ref)}/{ref}"

    for page in ("", "/edit", "/sign", "/print", "/addendum", "/error", "/take-over"):
        assert alice.get(f"{address}{page}").status_code == 404
    assert alice.post(f"{address}/weight").status_code == 404


@pytest.mark.one_database
def test_the_last_visit_is_told_without_copying_its_prose(alice, alice_on, cast, new):
    write_and_sign(alice, cast.ann_ref, subjective="Unrepeatable words.", kind="intake")
    page = alice_on(NOON + dt.timedelta(days=14)).get(new).text

    assert "Last visit 17-Nov-2026, intake, 14 days before." in page
    assert "Unrepeatable words." not in page


def test_actor_of_the_trail_is_the_writer(alice, cast, rows):
    write(alice, cast.ann_ref)

    (event,) = rows("SELECT * FROM audit_event WHERE subject = 'visit' AND action = 'create'")
    assert event.actor_name == "Alice Adler"
    assert SOAP["plan"] not in event.detail
