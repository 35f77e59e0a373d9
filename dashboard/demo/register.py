"""Registering the demo's patients, with their care teams, since the day of their story."""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.db import db
from dashboard.demo.people import Person
from dashboard.demo.staff import TIME_ZONE, Member
from dashboard.demo.stories import Story
from dashboard.patients import registering
from dashboard.patients.details import Details
from dashboard.patients.models import Allergies, CareTeamMember, Patient, Sex, Status

RELATIVES = ("Sam", "Robin", "Alex", "Kim", "Chris", "Jo", "Max")
RELATIONS = ("sister", "brother", "mother", "father", "partner")


def register(story: Story, people: Mapping[str, Member]) -> Patient:
    """Add a patient and the physicians who treat them."""
    first, *others = (people[key] for key in story.person.physicians)
    patient = registering.register(
        _details(story.person),
        by_id=first.id,
        status=Status(story.person.status),
        at=story.registered_at,
    )
    db.session.flush()
    db.session.add_all(
        CareTeamMember(
            patient_id=patient.id, user_id=other.id, since=story.registered_at,
            added_by_id=first.id, added_reason="shares the care",
        )
        for other in others
    )  # fmt: skip
    db.session.flush()
    return patient


def _details(person: Person) -> Details:
    city, state, postal_code = person.place
    allergies, listed = _allergies(person.allergies)
    return Details(
        family_name=person.family,
        given_name=person.given,
        preferred_name=person.preferred,
        born_on=person.born,
        sex_for_ranges=Sex(person.sex),
        gender=person.gender,
        pronouns=person.pronouns,
        mrn=person.mrn,
        email=f"patient-{person.mrn}@demo.example",
        telephone=_telephone(person.mrn),
        street=f"{int(person.mrn) % 190 + 1} Example Street",
        city=city,
        state=state,
        postal_code=postal_code,
        time_zone=TIME_ZONE,
        emergency_name=f"{RELATIVES[int(person.mrn) % len(RELATIVES)]} {person.family}",
        emergency_relation=RELATIONS[int(person.mrn) % len(RELATIONS)],
        emergency_telephone=_telephone(person.mrn, of_relative=True),
        allergies=allergies,
        allergies_text=listed,
        diagnosis_codes=person.codes,
    )


def _allergies(text: str) -> tuple[Allergies, str]:
    if text in {Allergies.NOT_ASKED.value, Allergies.NONE_KNOWN.value}:
        return Allergies(text), ""
    return Allergies.LISTED, text


def _telephone(mrn: str, *, of_relative: bool = False) -> str:
    """Return a number from the range that is reserved for stories (555-0100 to 555-0199)."""
    return f"518-555-01{(int(mrn) * 2 + of_relative) % 100:02d}"
