"""Registering the demo's patients, with their care teams, since the day of their story."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from dashboard.db import db
from dashboard.demo.staff import TIME_ZONE, Member
from dashboard.demo.stories import Story
from dashboard.patients.models import Allergies, CareTeamMember, Patient, Sex, Status


def register(story: Story, people: Mapping[str, Member]) -> Patient:
    """Add a patient and the physicians who treat them."""
    patient = _patient(story, people[story.person.physicians[0]])
    db.session.add(patient)
    db.session.flush()
    for number, key in enumerate(story.person.physicians):
        db.session.add(
            CareTeamMember(
                patient_id=patient.id, user_id=people[key].id, since=story.registered_at,
                added_by_id=patient.registered_by_id,
                added_reason="shares the care" if number else "registered the patient",
            )
        )  # fmt: skip
    db.session.flush()
    return patient


def _patient(story: Story, by: Member) -> Patient:
    person = story.person
    city, state, postal_code = person.place
    allergies, listed = _allergies(person.allergies)
    return Patient(
        mrn=person.mrn, family_name=person.family, given_name=person.given,
        preferred_name=person.preferred, name_key=_key(person.family, person.given),
        given_key=_key(person.given, person.family), born_on=person.born,
        sex_for_ranges=Sex(person.sex), gender=person.gender, pronouns=person.pronouns,
        email=f"patient-{person.mrn}@demo.example", telephone=_telephone(person.mrn),
        street=f"{int(person.mrn) % 190 + 1} Example Street", city=city, state=state,
        postal_code=postal_code, time_zone=TIME_ZONE, allergies=allergies, allergies_text=listed,
        emergency_name=f"A relative of {person.given}", emergency_relation="relative",
        emergency_telephone=_telephone(person.mrn, of_relative=True),
        diagnosis_codes=person.codes, status=Status(person.status),
        registered_at=story.registered_at, registered_by_id=by.id,
    )  # fmt: skip


def _allergies(text: str) -> tuple[Allergies, str]:
    if text in {Allergies.NOT_ASKED.value, Allergies.NONE_KNOWN.value}:
        return Allergies(text), ""
    return Allergies.LISTED, text


def _telephone(mrn: str, *, of_relative: bool = False) -> str:
    """Return a number from the range that is reserved for stories (555-0100 to 555-0199)."""
    return f"518-555-01{(int(mrn) * 2 + of_relative) % 100:02d}"


def _key(*names: str) -> str:
    """Return names as lists sort and find them: small letters without accents."""
    plain = unicodedata.normalize("NFKD", " ".join(names))
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()
