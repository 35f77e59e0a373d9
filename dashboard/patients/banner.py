"""The banner over every page of a chart: whose chart this is, said the same way everywhere.

What was not asked is shown as "Not known", never as an empty place and never as "none".
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import g, has_request_context

from dashboard import formats
from dashboard.clearance.models import Status as Readiness
from dashboard.clinical import diagnoses
from dashboard.patients.models import Allergies, EmergencyAccess, Patient, Status

NOT_KNOWN = "Not known"
STATUS_KINDS = {
    Status.NEW: "none",
    Status.ACTIVE: "info",
    Status.PAUSED: "none",
    Status.DISCHARGED: "none",
}


@dataclass(frozen=True)
class Flag:
    """A word with its kind (ok, due, stop, info, none)."""

    kind: str
    word: str


@dataclass(frozen=True)
class Emergency:
    """The strip of an emergency access: until when it lasts, and the reason that was given."""

    until: str
    reason: str
    ref: str


@dataclass(frozen=True)
class Banner:
    """A patient's identity as the chart's pages show it."""

    ref: str
    family_name: str
    given_name: str
    preferred_name: str | None
    born: str
    age: int
    gender: str
    pronouns: str | None
    mrn: str
    allergies: str
    tags: tuple[str, ...]
    flags: tuple[Flag, ...]
    status: Flag
    emergency: Emergency | None
    clearance_holds: bool


def banner(patient: Patient) -> Banner:
    """Return the banner of a patient's chart, with the strip of an emergency access in use."""
    return Banner(
        ref=patient.ref,
        family_name=patient.family_name,
        given_name=patient.given_name,
        preferred_name=patient.preferred_name or None,
        born=formats.day(patient.born_on),
        age=formats.age_on(patient.born_on),
        gender=patient.gender or NOT_KNOWN,
        pronouns=patient.pronouns or None,
        mrn=mrn(patient.mrn),
        allergies=allergies(patient),
        tags=tags(patient.diagnosis_codes),
        flags=_flags(patient),
        status=status(patient.status),
        emergency=_emergency(patient),
        clearance_holds=_holds(patient),
    )


def status(value: Status) -> Flag:
    """Return a status with its kind; none of them is 'ok': a status is not a finding."""
    return Flag(STATUS_KINDS[value], value.value.capitalize())


def mrn(number: str) -> str:
    """Write a six-digit record number in two groups, 004 718; any other as it is."""
    six = len(number) == 6 and number.isascii() and number.isdigit()
    return f"{number[:3]} {number[3:]}" if six else number


def allergies(patient: Patient) -> str:
    """Say what is known of allergies; not asked is 'Not known', never 'none'."""
    match patient.allergies:
        case Allergies.LISTED:
            return patient.allergies_text
        case Allergies.NONE_KNOWN:
            return "none known"
        case Allergies.NOT_ASKED:
            return NOT_KNOWN


def tags(codes: str) -> tuple[str, ...]:
    """Name each diagnosis of a stored list ("F50.2, F50.81") by its ICD-10-CM words."""
    return tuple(_described(code) for code in codes.replace(",", " ").split())


def _described(code: str) -> str:
    try:
        return diagnoses.lookup(code).description
    except diagnoses.UnknownDiagnosis:
        return code


def _flags(patient: Patient) -> tuple[Flag, ...]:
    """Return the flag of the alerts not closed, on the pages of this patient's chart."""
    if not has_request_context() or g.get("patient") is not patient or not g.get("alert_flag"):
        return ()
    return (Flag(*g.alert_flag),)


def _holds(patient: Patient) -> bool:
    """Whether the clearance holds the patient, on the pages of this patient's chart."""
    if not has_request_context() or g.get("patient") is not patient:
        return False
    return g.get("clearance_status") is Readiness.HOLD


def _emergency(patient: Patient) -> Emergency | None:
    if not has_request_context() or g.get("patient") is not patient:
        return None
    access: EmergencyAccess | None = g.get("emergency_access")
    if access is None:
        return None
    return Emergency(formats.time_of_day(access.ends_at), access.reason, access.ref)
