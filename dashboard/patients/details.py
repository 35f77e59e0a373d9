"""A patient's details as one value: what a form gives, what history keeps, how each is said."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

from dashboard import formats
from dashboard.patients import banner
from dashboard.patients.models import Allergies, Patient, Sex
from dashboard.patients.names import given_key, name_key
from dashboard.practice.places import STATES

EMPTY = "(empty)"
SEX_WORDS = {Sex.FEMALE: "Female", Sex.MALE: "Male", Sex.UNKNOWN: "Unknown"}
ALLERGY_WORDS = {
    Allergies.NOT_ASKED: "Not asked yet",
    Allergies.NONE_KNOWN: "Asked, none known",
    Allergies.LISTED: "Asked, listed here",
}
LABELS = {
    "family_name": "Family name", "given_name": "Given name", "preferred_name": "Preferred name",
    "born_on": "Birth date", "sex_for_ranges": "Sex for reference ranges", "gender": "Gender",
    "pronouns": "Pronouns", "mrn": "MRN", "email": "E-mail", "telephone": "Telephone",
    "street": "Street", "city": "City", "state": "State", "postal_code": "ZIP code",
    "time_zone": "Time zone", "emergency_name": "Emergency contact",
    "emergency_relation": "Relation", "emergency_telephone": "Emergency telephone",
    "allergies": "Allergies asked", "allergies_text": "Allergies",
    "diagnosis_codes": "Diagnoses", "status": "Status",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Details:
    """Everything a physician types about who a patient is; an empty text is nothing known.

    The status is changed elsewhere. An empty `mrn` asks for the next number at registration.
    """

    family_name: str
    given_name: str
    preferred_name: str = ""
    born_on: dt.date
    sex_for_ranges: Sex
    gender: str = ""
    pronouns: str = ""
    mrn: str = ""
    email: str = ""
    telephone: str = ""
    street: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    time_zone: str = ""
    emergency_name: str = ""
    emergency_relation: str = ""
    emergency_telephone: str = ""
    allergies: Allergies = Allergies.NOT_ASKED
    allergies_text: str = ""
    diagnosis_codes: str = ""

    @classmethod
    def of(cls, patient: Patient) -> Details:
        """Return a patient's details as they are now."""
        return cls(**{field.name: getattr(patient, field.name) for field in fields(cls)})

    def put_into(self, patient: Patient) -> None:
        """Write the details into a patient, with the keys that order and find the name."""
        for field in fields(self):
            setattr(patient, field.name, getattr(self, field.name))
        patient.name_key = name_key(family=self.family_name, given=self.given_name)
        patient.given_key = given_key(family=self.family_name, given=self.given_name)

    def written(self) -> dict[str, str]:
        """Return every detail as text, in the form's order."""
        return {name: str(value) for name, value in asdict(self).items()}


@dataclass(frozen=True)
class Difference:
    """One detail that differs between what is stored and what was typed."""

    label: str
    theirs: str
    yours: str


def differences(theirs: Mapping[str, str], yours: Mapping[str, str]) -> tuple[Difference, ...]:
    """Return what differs between two sets of written details, in the form's order."""
    return tuple(
        Difference(label, said(name, theirs.get(name, "")), said(name, yours.get(name, "")))
        for name, label in LABELS.items()
        if theirs.get(name, "") != yours.get(name, "")
    )


def said(name: str, value: str) -> str:
    """Return how a written detail is said on a page; an empty one is said to be empty."""
    if not value:
        return EMPTY
    match name:
        case "born_on":
            return formats.day(dt.date.fromisoformat(value))
        case "sex_for_ranges":
            return SEX_WORDS[Sex(value)]
        case "allergies":
            return ALLERGY_WORDS[Allergies(value)]
        case "state":
            return STATES.get(value, value)
        case "mrn":
            return banner.mrn(value)
        case "diagnosis_codes":
            return "; ".join(banner.tags(value))
        case "status":
            return value.capitalize()
    return value


def packed(values: Mapping[str, str]) -> str:
    """Return written details as the text that history keeps."""
    return json.dumps(values, ensure_ascii=False, sort_keys=True)


def unpacked(text: str) -> dict[str, str]:
    """Read what history keeps."""
    return {str(name): str(value) for name, value in json.loads(text).items()}
