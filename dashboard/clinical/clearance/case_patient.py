"""The patient of a case file: recorded facts; what is absent stays unknown.

Insulin treatment is the one fact drawn from the diagnoses when the file does not name it: type 1
diabetes or long-term insulin says yes, no diabetes at all says no, anything else stays open.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from dashboard.clinical.clearance.case_reading import (
    BadCase,
    Json,
    day,
    days,
    is_not_known,
    listed,
    mapping,
    number,
    text,
    yes_or_no,
)
from dashboard.clinical.clearance.findings import plain_number
from dashboard.clinical.clearance.patient import ROUTES, Patient, code_in
from dashboard.clinical.formulas.body_size import Sex

FLAGS = (
    "restrictive", "purging", "childbearing_potential", "insulin_treated", "undernourished",
    "an_bn_ever", "diuretic_or_laxative", "refeeding", "oximeter", "first_dose", "dose_increase",
)  # fmt: skip
DAYS = (
    "refeeding_started_on", "last_faint_on", "qt_drug_started_on", "plan_version_on",
    "home_changed_on", "consent_terms_changed_on",
)  # fmt: skip
OTHERS = (
    "birth_date", "sex", "diagnoses", "home_state", "location_state", "setting", "dose_mg",
    "route", "dose_basis", "doses_given", "qt_drugs", "sessions", "refills",
)  # fmt: skip
KNOWN = frozenset((*FLAGS, *DAYS, *OTHERS))
SEXES = {
    "f": Sex.FEMALE, "female": Sex.FEMALE, "woman": Sex.FEMALE, "girl": Sex.FEMALE,
    "m": Sex.MALE, "male": Sex.MALE, "man": Sex.MALE, "boy": Sex.MALE,
    "x": None, "u": None, "other": None, "intersex": None,
}  # fmt: skip
STATES = {"florida": "FL", "new jersey": "NJ"}
CODES = frozenset({
    "AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "DC", "FL", "GA", "HI", "ID", "IL", "IN", "IA",
    "KS", "KY", "LA", "ME", "MD", "MA", "MI", "MN", "MS", "MO", "MT", "NE", "NV", "NH", "NJ", "NM",
    "NY", "NC", "ND", "OH", "OK", "OR", "PA", "RI", "SC", "SD", "TN", "TX", "UT", "VT", "VA", "WA",
    "WV", "WI", "WY", "AS", "GU", "MP", "PR", "VI",
})  # fmt: skip
SETTINGS = {"home": "home", "at home": "home", "at-home": "home", "clinic": "clinic",
            "in-person": "clinic", "in person": "clinic", "office": "clinic"}  # fmt: skip
ROUTE_NAMES = {
    "iv": "IV", "intravenous": "IV", "im": "IM", "intramuscular": "IM", "sc": "SC",
    "subcutaneous": "SC", "in": "IN racemic", "in racemic": "IN racemic",
    "intranasal": "IN racemic", "intranasal racemic": "IN racemic", "nasal": "IN racemic",
    "in esketamine": "IN esketamine", "intranasal esketamine": "IN esketamine",
    "esketamine in": "IN esketamine", "esketamine": "IN esketamine", "sl": "SL",
    "sublingual": "SL", "rdt": "RDT", "troche": "troche", "lozenge": "troche", "oral": "oral",
    "po": "oral", "swallowed": "oral",
}  # fmt: skip


def patient_of(facts: Mapping[str, Json]) -> Patient:
    """Read the patient's facts; raise `BadCase` naming the one that is wrong."""
    flags = {name: yes_or_no(facts.get(name), f"patient.{name}") for name in FLAGS}
    dates = {name: day(facts.get(name), f"patient.{name}") for name in DAYS}
    diagnoses = _diagnoses(facts.get("diagnoses"))
    if "insulin_treated" not in facts:
        flags["insulin_treated"] = _takes_insulin(diagnoses)
    if facts.get("doses_given") is not None and flags["first_dose"] is None:
        flags["first_dose"] = _amount(facts.get("doses_given"), "doses_given") == 0
    if dates["qt_drug_started_on"] is None:
        dates["qt_drug_started_on"] = _last_start(facts.get("qt_drugs"))
    return Patient(
        birth_date=day(facts.get("birth_date"), "patient.birth_date"),
        sex=_sex(facts.get("sex")),
        diagnoses=diagnoses,
        home_state=_state(facts, "home_state"),
        location_state=_state(facts, "location_state"),
        setting=_setting(facts.get("setting")),
        dose_mg=_amount(facts.get("dose_mg"), "dose_mg"),
        route=_route(facts.get("route")),
        dose_is_by_weight=_is_by_weight(facts.get("dose_basis")),
        sessions=days(facts.get("sessions"), "patient.sessions"),
        refills=days(facts.get("refills"), "patient.refills"),
        restrictive=flags["restrictive"],
        purging=flags["purging"],
        childbearing_potential=flags["childbearing_potential"],
        insulin_treated=flags["insulin_treated"],
        undernourished=flags["undernourished"],
        an_bn_ever=flags["an_bn_ever"],
        diuretic_or_laxative=flags["diuretic_or_laxative"],
        refeeding=flags["refeeding"],
        oximeter=flags["oximeter"],
        first_dose=flags["first_dose"],
        dose_increase=flags["dose_increase"],
        refeeding_started_on=dates["refeeding_started_on"],
        last_faint_on=dates["last_faint_on"],
        qt_drug_started_on=dates["qt_drug_started_on"],
        plan_version_on=dates["plan_version_on"],
        home_changed_on=dates["home_changed_on"],
        consent_terms_changed_on=dates["consent_terms_changed_on"],
    )


def qt_drugs(facts: Mapping[str, Json]) -> int | None:
    """Return how many QT medicines are listed; None when there is no list."""
    found = facts.get("qt_drugs")
    return None if found is None else len(listed(found, "patient.qt_drugs"))


def _diagnoses(value: Json) -> tuple[str, ...] | None:
    if is_not_known(value):
        return None
    found = []
    entries = [value] if isinstance(value, str) else listed(value, "patient.diagnoses")
    for at, entry in enumerate(entries):
        place = f"patient.diagnoses[{at}]"
        if isinstance(entry, dict):
            words = (text(entry.get(key), place) for key in ("code", "icd10", "dsm", "name"))
            found += [word for word in words if word]
        elif word := text(entry, place):
            found.append(word)
    return tuple(found)


def _takes_insulin(diagnoses: tuple[str, ...] | None) -> bool | None:
    if diagnoses is None:
        return None
    codes = [code for text in diagnoses if (code := code_in(text))]
    words = " ".join(text.casefold() for text in diagnoses if not code_in(text))
    if any(code.startswith(("E10", "Z79.4")) for code in codes) or "type 1" in words:
        return True
    has_diabetes = any(code.startswith(("E08", "E09", "E11", "E13", "O24")) for code in codes)
    return None if has_diabetes or "diabet" in words or "insulin" in words else False


def _last_start(value: Json) -> date | None:
    if value is None:
        return None
    started = [
        day(mapping(entry, "patient.qt_drugs").get("started_on"), "patient.qt_drugs.started_on")
        for entry in listed(value, "patient.qt_drugs")
        if isinstance(entry, dict)
    ]
    return max((when for when in started if when), default=None)


def _sex(value: Json) -> Sex | None:
    found = text(value, "patient.sex")
    if found is None or is_not_known(found):
        return None
    if found.casefold() not in SEXES:
        raise BadCase(f"patient.sex is F or M, not {found!r}")
    return SEXES[found.casefold()]


def _state(facts: Mapping[str, Json], name: str) -> str | None:
    """Return a state's code; a misspelt one must not silently lose the rules of its state."""
    found = text(facts.get(name), f"patient.{name}")
    if found is None or is_not_known(found):
        return None
    code = STATES.get(found.casefold(), found.upper().removeprefix("US-"))
    if code not in CODES:
        raise BadCase(f"patient.{name} is a state such as FL, not {found!r}")
    return code


def _setting(value: Json) -> str | None:
    found = text(value, "patient.setting")
    if found is None or is_not_known(found):
        return None
    if found.casefold() not in SETTINGS:
        raise BadCase(f"patient.setting is home or clinic, not {found!r}")
    return SETTINGS[found.casefold()]


def _route(value: Json) -> str | None:
    found = text(value, "patient.route")
    if found is None or found in ROUTES:
        return found
    return ROUTE_NAMES.get(found.casefold())


def _is_by_weight(value: Json) -> bool:
    found = text(value, "patient.dose_basis")
    if found is not None and found not in {"fixed", "mg/kg"}:
        raise BadCase(f"patient.dose_basis is fixed or mg/kg, not {found!r}")
    return found == "mg/kg"


def _amount(value: Json, name: str) -> Fraction | None:
    given = number(value, f"patient.{name}")
    if given is None:
        return None
    try:
        amount = plain_number(given)
    except ValueError as error:
        raise BadCase(f"patient.{name}: {error}") from None
    if amount < 0:
        raise BadCase(f"patient.{name} is below zero")
    return amount
