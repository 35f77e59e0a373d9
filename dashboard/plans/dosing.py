"""What a plan's dose comes to by the latest weight in date, and whether reports go as far.

Both are numbers of body size: words hold them only when weights are shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import sqlalchemy as sa

from dashboard import formats
from dashboard.clearance import policy
from dashboard.clearance.standing import Standing
from dashboard.clinical.clearance.body import amount, weights
from dashboard.clinical.clearance.circumstances import circumstances
from dashboard.clinical.clearance.derivations import JOINED, REPLACING
from dashboard.clinical.clearance.evidence import Evidence
from dashboard.clinical.clearance.validity import span
from dashboard.clinical.exposure import BodyWeight, Exposure, exposure
from dashboard.clinical.reported_doses import above
from dashboard.db import db
from dashboard.findings.models import Finding
from dashboard.plans.content import Series

HIDDEN = "hidden"
NO_DOSE = "The plan names no dose."


@dataclass(frozen=True)
class Dosing:
    """One dose in words; `hides` says that showing the weight would show a figure.

    `warnings` name the reported range that the dose goes beyond. They warn and forbid nothing.
    """

    by_weight: str
    equivalent: str
    hides: bool
    warnings: tuple[str, ...] = ()


def of(series: Series, standing: Standing, *, shows_weight: bool) -> Dosing:
    """Say what a series' dose comes to on the day judged for."""
    if series.dose_mg is None or series.dose_mg <= 0:
        return Dosing(NO_DOSE, "", hides=False)
    dose = Fraction(series.dose_mg)
    found = _exposure(dose, series, standing)
    warnings = _warnings(series, found)
    if found.mg_per_kg is None:
        return Dosing(f"No figure: {found.reason}.", "", hides=False, warnings=warnings)
    if not shows_weight:
        return Dosing(HIDDEN, HIDDEN, hides=True, warnings=warnings)
    source = _source(found.weight.source) if found.weight else ""
    return Dosing(_by_weight(found, source), _equivalent(found), hides=False, warnings=warnings)


def _exposure(dose: Fraction, series: Series, standing: Standing) -> Exposure:
    judged, case, rules = standing.judged, standing.case, policy.rules()
    seen = Evidence(
        case.patient, case.findings, judged.on, judged.purpose, rules, joined=JOINED,
        replacing=REPLACING,
    )  # fmt: skip
    valid = span(
        rules.kinds["weight_kg"].validity, validities=rules.validities,
        now=circumstances(seen, judged.tier),
    )  # fmt: skip
    measured = [
        BodyWeight(
            amount(one), one.on, one.origin,
            is_in_question=one.question is not None and not one.is_confirmed,
        )
        for one in weights(seen)
    ]  # fmt: skip
    return exposure(dose, route=series.route or None, weights=measured, valid=valid, on=judged.on)


def _source(finding_ref: str) -> str:
    """Say who took the weight; "measured" for one that no finding holds."""
    taken_by = db.session.scalar(sa.select(Finding.source).where(Finding.ref == finding_ref))
    return taken_by.value if taken_by else "measured"


def _by_weight(found: Exposure, source: str) -> str:
    weight = found.weight
    if weight is None or found.mg_per_kg is None:
        return ""
    return (
        f"{formats.number(found.mg_per_kg, 2)} mg/kg on {formats.number(weight.kg, 1)} kg"
        f" of {formats.day(weight.on)}, {source}"
    )


def _equivalent(found: Exposure) -> str:
    if found.iv_low is None or found.iv_high is None or found.share is None:
        return f"No figure: {found.reason}."
    low, high = formats.number(found.iv_low, 2), formats.number(found.iv_high, 2)
    words = f"about {low} mg/kg" if low == high else f"about {low} to {high} mg/kg"
    origin = found.share.provenance
    return f"{words}, an estimate by route ({origin.source}; {origin.words})"


def _warnings(series: Series, found: Exposure) -> tuple[str, ...]:
    doses = [("dose", series.dose_mg, found.mg_per_kg)]
    if series.highest_mg and series.dose_mg and series.highest_mg > series.dose_mg:
        ratio = Fraction(series.highest_mg) / Fraction(series.dose_mg)
        per_kg = found.mg_per_kg * ratio if found.mg_per_kg is not None else None
        doses.append(("highest dose of the titration", series.highest_mg, per_kg))
    words = []
    for name, mg, per_kg in doses:
        beyond = above(Fraction(mg or 0), route=series.route, mg_per_kg=per_kg)
        if beyond is not None:
            origin = beyond.provenance
            words.append(
                f"The {name} is above what was reported by this route ({beyond.words};"
                f" {origin.source}; {origin.words}). The clearance judges it when the plan is"
                " activated."
            )
    return tuple(words)
