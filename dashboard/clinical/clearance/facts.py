"""The flags that conditions ask about, drawn from the patient's record and the findings.

A recorded fact that is absent is itself UNKNOWN. Source: clearance decisions section 2.
"""

from __future__ import annotations

from fractions import Fraction
from types import MappingProxyType

from dashboard.clinical.clearance.conditions import Facts
from dashboard.clinical.clearance.evidence import Evidence
from dashboard.clinical.clearance.risk import is_refeeding
from dashboard.clinical.clearance.verdicts import Tier
from dashboard.clinical.formulas.body_size import ADULT_FROM, Sex
from dashboard.clinical.formulas.refeeding import above, any_of, below

# The recorded fact behind each thing a condition asks about. What is not here is drawn from
# several facts: while it is open its rules apply, and their own verdicts say what is missing.
RECORDED = {
    "age": "birth_date",
    "sex": "sex",
    "setting": "setting",
    "location": "location_state",
    "restrictive": "restrictive",
    "purging": "purging",
    "childbearing": "childbearing_potential",
    "insulin_treated": "insulin_treated",
    "ed": "diagnoses",
    "an_bn_ever": "diagnoses",
}
FERTILE_AGES = range(10, 56)
UNDERWEIGHT_BMI = Fraction("18.5")
UNDERWEIGHT_PERCENT = Fraction(90)
SEVERE_LOSS_PERCENT = 10


def facts(seen: Evidence, *, tier: Tier = Tier.T2) -> Facts:
    """Return what conditions may ask of this patient on this day."""
    patient = seen.patient
    flags = {
        "ed": patient.has_eating_disorder,
        "restrictive": patient.restrictive,
        "purging": purging(seen),
        "undernourished": undernourished(seen),
        "an_bn_ever": patient.ever_anorexia_or_bulimia,
        "insulin_treated": patient.insulin_treated,
        "childbearing": childbearing(seen),
        "refeeding": is_refeeding(seen),
        "oximeter": _has_oximeter(seen),
        "first_dose": first_dose(seen),
        "dose_increase": patient.dose_increase,
    }
    return Facts(
        age=seen.age,
        sex=patient.sex.value if patient.sex else None,
        setting=patient.setting,
        location=patient.location_state,
        tier=tier,
        flags=MappingProxyType(flags),
    )


def unrecorded(flag: str, seen: Evidence) -> str | None:
    """Return the recorded fact behind an open flag when it is absent.

    Diagnoses that are there may leave it open too: a code that can hide atypical anorexia.
    """
    fact = RECORDED.get(flag)
    return None if fact == "diagnoses" and seen.patient.diagnoses is not None else fact


def purging(seen: Evidence) -> bool | None:
    """Say whether the patient purged in the last 3 months; counted episodes outweigh a no."""
    counted = any_of(
        seen.observe(name).says(lambda count: count > 0)
        for name in ("purging_frequency", "purge_2plus_days_wk")
    )
    return True if counted else seen.patient.purging


def undernourished(seen: Evidence) -> bool | None:
    """Say whether the patient is undernourished; no only when BMI or %mBMI is known."""
    if seen.age is None:
        size: bool | None = None
    elif seen.age >= ADULT_FROM:
        size = below(seen.number("bmi"), UNDERWEIGHT_BMI)
    else:
        size = below(seen.number("pct_median_bmi"), UNDERWEIGHT_PERCENT)
    loss = [r.value for r in seen.observe("weight_loss_pct_6mo").readings]
    others = [
        size,
        seen.patient.undernourished,
        any(above(v, SEVERE_LOSS_PERCENT) for v in loss if isinstance(v, Fraction)),
        seen.observe("aspen_moderate").truth,
        seen.observe("aspen_significant").truth,
    ]
    if any(others):
        return True
    return None if size is None and seen.patient.undernourished is None else False


def childbearing(seen: Evidence) -> bool | None:
    """Say whether a pregnancy is possible; not recorded, yes for women of 10 to 55, else open."""
    patient = seen.patient
    if patient.childbearing_potential is not None:
        return patient.childbearing_potential
    if patient.sex is Sex.FEMALE and seen.age in FERTILE_AGES:
        return True
    return None


def first_dose(seen: Evidence) -> bool | None:
    """Say whether no dose of this series was completed; a known time since one says no."""
    if seen.patient.first_dose is not None:
        return seen.patient.first_dose
    if seen.patient.sessions or seen.newest("hours_since_last_dose"):
        return False
    return None


def _has_oximeter(seen: Evidence) -> bool | None:
    if seen.patient.setting == "clinic":
        return True
    return True if seen.newest("spo2") else seen.patient.oximeter
