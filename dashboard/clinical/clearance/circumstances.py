"""What shortens the validity of this patient's findings, from the newest values and the record.

Source: clearance decisions section 6.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from dashboard.clinical.clearance.ecg import LOW_MAGNESIUM, LOW_POTASSIUM
from dashboard.clinical.clearance.evidence import Evidence
from dashboard.clinical.clearance.facts import first_dose
from dashboard.clinical.clearance.labs import fires, is_outside
from dashboard.clinical.clearance.validity import Circumstances
from dashboard.clinical.clearance.verdicts import Tier

ADULT = 20
SLOW_HEART = 50


def circumstances(seen: Evidence, tier: Tier) -> Circumstances:
    """Return what shortens validity for this patient, from the newest values and the record."""
    patient = seen.patient
    misuse = seen.observe("ed_drug_misuse").truth
    often = seen.observe("purging_frequency").says(lambda count: count >= 3)
    changes: Mapping[str, date | None] = {
        "plan": patient.plan_version_on,
        "care": patient.plan_version_on,
        "home_setup": patient.home_changed_on,
        "consent": patient.consent_terms_changed_on,
    }
    return Circumstances(
        on=seen.on,
        purpose=seen.purpose,
        tier=tier,
        is_adult=seen.age is not None and seen.age >= ADULT,
        dose_is_by_weight=patient.dose_is_by_weight,
        purges_or_takes_diuretics=bool(often or misuse or patient.diuretic_or_laxative),
        electrolytes_are_out=any(_is_out(seen, analyte) for analyte in ("K", "Mg", "P")),
        ecg_is_watched=_ecg_is_watched(seen),
        is_first_dose=first_dose(seen) is not False,
        last_faint_on=_last_faint(seen),
        qt_drug_started_on=patient.qt_drug_started_on,
        sessions=patient.sessions,
        refills=patient.refills,
        not_before=MappingProxyType({k: day for k, day in changes.items() if day is not None}),
    )


def _is_out(seen: Evidence, analyte: str) -> bool:
    """Whether the newest value is outside its limits: a rule's, or the laboratory's."""
    return fires(seen, analyte) or any(is_outside(seen, f) for f in seen.newest(analyte))


def _ecg_is_watched(seen: Evidence) -> bool:
    return any(
        [
            seen.observe("K").says(lambda value: value < LOW_POTASSIUM),
            seen.observe("Mg").says(lambda value: value < LOW_MAGNESIUM),
            seen.observe("hr_awake_rest").says(lambda rate: rate <= SLOW_HEART),
        ]
    )


def _last_faint(seen: Evidence) -> date | None:
    """Return the day of the last faint; an answer without its day counts as of that day."""
    told = [f.on for f in seen.usable("syncope_14d") if f.value is True]
    recorded = seen.patient.last_faint_on
    return max([*told, *([recorded] if recorded else [])], default=None)
