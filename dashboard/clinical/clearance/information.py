"""Numbers that inform and never gate: QTc four ways, other frameworks' lines, losses by month.

Source: clearance decisions sections 8 and 13 (MEED's adult QTc, the median at 20 to 25 years).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from dashboard.clinical.clearance.body import amount, body_mass_index, loss_percent, weights
from dashboard.clinical.clearance.derivations import JOINED, REPLACING
from dashboard.clinical.clearance.ecg import tracings
from dashboard.clinical.clearance.evidence import Evidence
from dashboard.clinical.clearance.findings import Finding
from dashboard.clinical.clearance.patient import Patient
from dashboard.clinical.clearance.rules import RuleSet
from dashboard.clinical.clearance.verdicts import Purpose
from dashboard.clinical.formulas import body_size, heart, weight_course
from dashboard.clinical.formulas.blood import anion_gap
from dashboard.clinical.formulas.body_size import NoReference, Sex
from dashboard.clinical.formulas.weight_course import MONTHS

FORMULAS = (
    ("Bazett", heart.bazett),
    ("Fridericia", heart.fridericia),
    ("Framingham", heart.framingham),
    ("Hodges", heart.hodges),
)
MEED_ADULT_QTC = {Sex.MALE: 430, Sex.FEMALE: 450}  # MEED amber, 18 years and older; memory-high
ADULT = 18
YOUNG_ADULT = range(20, 26)


@dataclass(frozen=True)
class Line:
    """One number with its unit and what to know about it."""

    label: str
    value: Fraction
    unit: str
    note: str = ""


def information(
    patient: Patient, *, findings: Iterable[Finding], on: date, rules: RuleSet
) -> tuple[Line, ...]:
    """Return what can be computed beside the verdicts; what cannot be is left out."""
    seen = Evidence(
        patient, tuple(findings), on, Purpose.ACTIVATION, rules, joined=JOINED, replacing=REPLACING
    )
    return (*_qtc(seen), *_size(seen), *_course(seen), *_gap(seen))


def _qtc(seen: Evidence) -> Iterator[Line]:
    limit = MEED_ADULT_QTC.get(seen.patient.sex) if seen.patient.sex else None
    for qt, hr in tracings(seen, "qt_ms", "ecg_hr"):
        for name, formula in FORMULAS:
            yield Line(f"QTc {name}", formula(qt_ms=amount(qt), rate=amount(hr)), "ms")
        gate = heart.qtc_gate(qt_ms=amount(qt), rate=amount(hr))
        if limit is not None and seen.age is not None and seen.age >= ADULT and gate > limit:
            yield Line("QTc over MEED's adult limit", gate, "ms", f"MEED amber: over {limit}")


def _size(seen: Evidence) -> Iterator[Line]:
    sex, born = seen.patient.sex, seen.patient.birth_date
    if sex is None or born is None or seen.age is None:
        return
    for reading in body_mass_index(seen).readings:
        value = Fraction(reading.value)
        if seen.age in YOUNG_ADULT:
            share = body_size.percent_of_young_adult_median(value, sex=sex)
            yield Line("Per cent of the median BMI at 20 years", share, "%", "no limit from 20 on")
        try:
            z = body_size.bmi_z_score(value, sex=sex, born=born, on=reading.findings[0].on)
        except NoReference:
            continue
        centile = body_size.bmi_percentile(value, sex=sex, born=born, on=reading.findings[0].on)
        yield Line("BMI z-score", z, "")
        yield Line("BMI percentile", Fraction(centile), "")


def _course(seen: Evidence) -> Iterator[Line]:
    for months, days in MONTHS.items():
        loss = loss_percent(seen, days=days)
        for reading in loss.readings:
            label = f"Weight lost in {months} month{'s' if months > 1 else ''}"
            yield Line(label, Fraction(reading.value), "%", loss.gap or "")
    everything = seen.usable("weight_kg")
    measured = weights(seen)
    if measured and len(everything) > 1:
        highest = max(amount(f) for f in everything)
        suppressed = weight_course.weight_suppression(
            highest_kg=highest, current_kg=amount(measured[-1])
        )
        yield Line("Weight suppression", suppressed, "%", "from the highest recorded weight")


def _gap(seen: Evidence) -> Iterator[Line]:
    newest = [seen.newest(kind) for kind in ("Na", "Cl", "HCO3")]
    if all(newest):
        sodium, chloride, bicarbonate = (amount(found[0]) for found in newest)
        value = anion_gap(sodium=sodium, chloride=chloride, bicarbonate=bicarbonate)
        yield Line("Anion gap", value, "mEq/L")
