"""Registering a patient and changing their details, as the program's own callers do it."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import replace

import pytest

from dashboard.actor import acting_as_job
from dashboard.db import db
from dashboard.patients import actions, history
from dashboard.patients.models import Patient, Sex, Status

CLARA = actions.Details(
    family_name="Corán",
    given_name="Clara",
    born_on=dt.date(1990, 2, 28),
    sex_for_ranges=Sex.FEMALE,
)


def registered(app, details, **options):
    """Register somebody in a transaction of their own; return (key, MRN)."""
    with app.app_context(), acting_as_job("test data"):
        patient = actions.register(details, **options)
        db.session.commit()
        found = patient.id, patient.mrn
        db.session.remove()
    return found


def test_the_next_number_follows_the_highest(app, cast):
    assert registered(app, CLARA, by_id=cast.alice)[1] == "000003"
    registered(app, replace(CLARA, mrn="004717"), by_id=cast.alice)
    assert registered(app, CLARA, by_id=cast.alice)[1] == "004718"


def test_a_number_of_another_kind_does_not_count(app, cast):
    registered(app, replace(CLARA, mrn="88A001"), by_id=cast.alice)
    registered(app, replace(CLARA, mrn="7777777"), by_id=cast.alice)

    assert registered(app, CLARA, by_id=cast.alice)[1] == "000003"


def test_when_the_highest_number_is_typed_the_first_gap_is_used(app, cast):
    registered(app, replace(CLARA, mrn="999999"), by_id=cast.alice)

    assert registered(app, CLARA, by_id=cast.alice)[1] == "000003"


def test_a_number_is_given_once(app, cast):
    with pytest.raises(actions.NumberTaken):
        registered(app, replace(CLARA, mrn="000002"), by_id=cast.alice)


def test_whoever_registers_is_on_the_care_team(app, cast, rows):
    key, _ = registered(app, CLARA, by_id=cast.bob)

    [place] = rows("SELECT * FROM care_team_member WHERE patient_id = :p", p=_stored(app, key))
    assert (place.added_reason, place.until) == ("registered the patient", None)


def test_names_are_kept_with_their_keys(app, cast):
    key, _ = registered(app, CLARA, by_id=cast.alice)

    with app.app_context(), acting_as_job("test"):
        patient = db.session.get_one(Patient, key)
        assert (patient.name_key, patient.given_key) == ("coran clara", "clara coran")
        assert patient.status is Status.NEW
        db.session.remove()


def test_the_history_begins_with_the_registration(app, cast):
    key, _ = registered(app, CLARA, by_id=cast.alice, reason="another person")

    [first] = _history(app, key)
    assert (first.heading, first.who, first.reason) == (
        "Registered", "Alice Adler", "another person",
    )  # fmt: skip
    assert ("Family name", "Corán") in {(line.label, line.after) for line in first.lines}


def test_a_change_keeps_what_was_there_and_renews_the_keys(app, cast):
    key, _ = registered(app, CLARA, by_id=cast.alice)
    with app.app_context(), acting_as_job("test"):
        patient = db.session.get_one(Patient, key)
        changed = replace(actions.Details.of(patient), family_name="Dorn", email="c@d.example")
        assert actions.edit(patient, changed, by_id=cast.bob, reason="married")
        assert not actions.edit(patient, changed, by_id=cast.bob)
        assert patient.name_key == "dorn clara"
        db.session.commit()
        db.session.remove()

    newest, _first = _history(app, key)
    assert (newest.who, newest.reason) == ("Bob Baum", "married")
    assert [(line.label, line.before, line.after) for line in newest.lines] == [
        ("Family name", "Corán", "Dorn"),
        ("E-mail", "(empty)", "c@d.example"),
    ]


def test_a_changed_status_is_in_the_history_with_its_reason(app, cast):
    with app.app_context(), acting_as_job("test"):
        ann = db.session.get_one(Patient, cast.ann)
        assert actions.set_status(ann, Status.PAUSED, by_id=cast.alice, reason="travels")
        assert not actions.set_status(ann, Status.PAUSED, by_id=cast.alice, reason="again")
        db.session.commit()
        db.session.remove()

    [change] = _history(app, cast.ann)
    assert [(line.label, line.before, line.after) for line in change.lines] == [
        ("Status", "Active", "Paused")
    ]


def test_six_desks_registering_at_once_get_six_numbers(app, cast):
    ready, numbers, troubles = threading.Barrier(6), [], []

    def desk() -> None:
        ready.wait()
        try:
            numbers.append(registered(app, CLARA, by_id=cast.alice)[1])
        except BaseException as trouble:
            troubles.append(trouble)

    desks = [threading.Thread(target=desk) for _ in range(6)]
    for one in desks:
        one.start()
    for one in desks:
        one.join()

    assert not troubles
    assert sorted(numbers) == [f"{number:06d}" for number in range(3, 9)]


def _history(app, key):
    with app.app_context(), acting_as_job("test"):
        found = list(history.changes(key))
        db.session.remove()
        return found


def _stored(app, key):
    """Write a key the way raw SQL meets it in this database."""
    with app.app_context():
        return key if db.engine.dialect.name == "postgresql" else key.hex
