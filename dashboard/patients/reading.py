"""A patient's details as their page groups and says them; what was not asked says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard import formats
from dashboard.clinical import diagnoses
from dashboard.patients import banner
from dashboard.patients.details import ALLERGY_WORDS, SEX_WORDS
from dashboard.patients.models import Allergies, Patient
from dashboard.practice.places import STATES


@dataclass(frozen=True)
class Group:
    """Some facts that belong together, as (term, value)."""

    id: str
    title: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Diagnosis:
    """One code with its words."""

    code: str
    words: str


def groups(patient: Patient) -> Sequence[Group]:
    """Return a patient's details, group by group."""
    return _identity(patient), _contact(patient), _emergency_contact(patient), _here(patient)


def diagnoses_of(patient: Patient) -> Sequence[Diagnosis]:
    """Return the patient's diagnoses; an unknown code stands without words."""
    codes = patient.diagnosis_codes.replace(",", " ").split()
    return [Diagnosis(code, _words(code)) for code in codes]


def _identity(patient: Patient) -> Group:
    age = formats.age_on(patient.born_on)
    return Group("identity", "Identity", (
        ("Family name", patient.family_name),
        ("Given name", patient.given_name),
        ("Preferred name", patient.preferred_name or "None given"),
        ("Birth date", f"{formats.day(patient.born_on)} ({age} years)"),
        ("Sex for reference ranges", SEX_WORDS[patient.sex_for_ranges]),
        ("Gender", patient.gender or banner.NOT_KNOWN),
        ("Pronouns", patient.pronouns or banner.NOT_KNOWN),
        ("Allergies", allergies(patient)),
    ))  # fmt: skip


def allergies(patient: Patient) -> str:
    """Say what is known of allergies in full."""
    if patient.allergies is Allergies.LISTED:
        return patient.allergies_text
    return ALLERGY_WORDS[patient.allergies]


def _contact(patient: Patient) -> Group:
    place = " ".join(filter(None, (patient.state, patient.postal_code)))
    address = ", ".join(filter(None, (patient.street, patient.city, place)))
    return Group("contact", "Contact", (
        ("Telephone", patient.telephone or banner.NOT_KNOWN),
        ("E-mail", patient.email or banner.NOT_KNOWN),
        ("Address", address or banner.NOT_KNOWN),
        ("State", STATES.get(patient.state, banner.NOT_KNOWN)),
        ("Time zone", _zone(patient.time_zone)),
    ))  # fmt: skip


def _emergency_contact(patient: Patient) -> Group:
    return Group("emergency", "Emergency contact", (
        ("Name", patient.emergency_name or banner.NOT_KNOWN),
        ("Relation", patient.emergency_relation or banner.NOT_KNOWN),
        ("Telephone", patient.emergency_telephone or banner.NOT_KNOWN),
    ))  # fmt: skip


def _here(patient: Patient) -> Group:
    return Group("here", "In this practice", (
        ("MRN", banner.mrn(patient.mrn)),
        ("Status", patient.status.value.capitalize()),
        ("Registered", formats.moment(patient.registered_at)),
    ))  # fmt: skip


def _zone(name: str) -> str:
    return name.replace("_", " ") if name else banner.NOT_KNOWN


def _words(code: str) -> str:
    try:
        return diagnoses.lookup(code).description
    except diagnoses.UnknownDiagnosis:
        return ""
