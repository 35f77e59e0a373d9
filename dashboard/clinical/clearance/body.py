"""Variables of body size and weight: BMI, per cent of the median, how the weight moves, the dose.

Source: clearance decisions section 8. A weight that the patient states counts for the loss over
months only; a weight more than 8 % from the last one within 30 days is questioned first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

from dashboard.clinical.clearance.evidence import Evidence, newest_of
from dashboard.clinical.clearance.findings import Finding
from dashboard.clinical.clearance.observations import Observation, Reading, lacking
from dashboard.clinical.clearance.patient import ROUTES
from dashboard.clinical.formulas import weight_course
from dashboard.clinical.formulas.body_size import (
    NoReference,
    Sex,
    bmi,
    percent_of_median_bmi,
)
from dashboard.clinical.formulas.weight_course import MONTHS, Weighing

JUMP_PERCENT = 8
JUMP_DAYS = 30
TOO_SHORT = "history too short"


def weights(seen: Evidence) -> tuple[Finding, ...]:
    """Return every measured weight, oldest first, with jumps put in question."""
    measured = sorted(
        (f for f in seen.usable("weight_kg") if not f.is_stated),
        key=lambda f: (f.on, f.at.timestamp() if f.at else 0.0),
    )
    checked: list[Finding] = []
    for finding in measured:
        believed = [f for f in checked if f.question is None and f.is_before(finding)]
        checked.append(_questioned(finding, believed[-1] if believed else None))
    return tuple(checked)


def _questioned(finding: Finding, last: Finding | None) -> Finding:
    if last is None or finding.question or finding.is_confirmed:
        return finding
    change = abs(amount(finding) - amount(last)) * 100 / amount(last)
    if change > JUMP_PERCENT and (finding.on - last.on).days <= JUMP_DAYS:
        return replace(finding, question=f"more than {JUMP_PERCENT} % from {last.entered}")
    return finding


def weight(seen: Evidence) -> Observation:
    """Return the newest measured weight; the weighings replace what was entered as it stands."""
    newest = newest_of(weights(seen))
    readings = tuple(Reading(amount(f), (f,), f.question) for f in newest)
    missing = () if readings else ("weight_kg",)
    return Observation(readings, lacking=missing, is_future=seen.is_future("weight_kg"))


def body_mass_index(seen: Evidence) -> Observation:
    """Return BMI of the newest weight and height."""
    heights = seen.newest("height_cm")
    readings = tuple(
        Reading(bmi(kg=amount(w), cm=amount(h)), (w, h), w.question or h.question)
        for w in newest_of(weights(seen))
        for h in heights
    )
    return Observation(
        readings,
        lacking=_without(seen, "weight_kg", "height_cm"),
        is_future=seen.is_future("weight_kg", "height_cm"),
    )


def percent_of_median(seen: Evidence) -> Observation:
    """Return per cent of the median BMI; both sexes' medians count while the sex is unknown."""
    born = seen.patient.birth_date
    if born is None:
        return lacking("pct_median_bmi", "birth_date")
    body = body_mass_index(seen)
    sexes = [seen.patient.sex] if seen.patient.sex else list(Sex)
    readings = []
    for reading in body.readings:
        weighed_on = reading.findings[0].on
        for sex in sexes:
            try:
                share = percent_of_median_bmi(
                    _number(reading), sex=sex, born=born, on=min(weighed_on, seen.on)
                )
            except NoReference:
                continue
            readings.append(replace(reading, value=share))
    return replace(body, readings=tuple(readings))


def loss_per_week(seen: Evidence) -> Observation:
    """Return kg lost a week; a newest weight in question is judged as typed as well."""
    everything = weights(seen)
    usable = [f for f in everything if f.question is None]
    readings = list(_rate(usable))
    newest = newest_of(everything)
    if any(f.question for f in newest):
        readings += [replace(r, question="weight in question") for r in _rate(everything)]
    return Observation(
        tuple(readings),
        lacking=() if readings else ("weight_loss_kg_per_wk",),
        is_future=seen.is_future("weight_kg"),
    )


def _rate(findings: Iterable[Finding]) -> Iterable[Reading]:
    findings = tuple(findings)
    rate = weight_course.loss_per_week(_course(findings))
    if rate is not None:
        yield Reading(rate, findings, aged_by=newest_of(findings))


def loss_percent(seen: Evidence, *, days: int) -> Observation:
    """Return per cent lost in a window; a history too short is a gap that a met limit fills."""
    measured = weights(seen)
    newest = newest_of(measured)
    stated = tuple(f for f in seen.usable("weight_kg") if f.is_stated and days > 14)
    before = tuple(f for f in stated if newest and f.is_before(newest[0]))
    loss = weight_course.percent_lost(_course((*measured, *before)), days=days) if newest else None
    if loss is None:
        return lacking(f"weight {days} days ago")
    question = next((f.question for f in newest if f.question), None)
    reading = Reading(loss.percent, (*before, *measured), question, aged_by=newest)
    return Observation(
        (reading,),
        gap=None if loss.covers_window else TOO_SHORT,
        firing_settles=True,
        is_future=seen.is_future("weight_kg"),
    )


def loss_14_days(seen: Evidence) -> Observation:
    """Return per cent lost in 14 days."""
    return loss_percent(seen, days=14)


def loss_6_months(seen: Evidence) -> Observation:
    """Return per cent lost in 6 months."""
    return loss_percent(seen, days=MONTHS[6])


def loss_12_months(seen: Evidence) -> Observation:
    """Return per cent lost in 12 months."""
    return loss_percent(seen, days=MONTHS[12])


def dose_for_weight(seen: Evidence) -> Observation:
    """Return mg/kg of the plan's dose and the newest weight."""
    newest = newest_of(weights(seen))
    readings = []
    for dose, given in _doses(seen):
        readings += [Reading(dose / amount(w), (*given, w), w.question) for w in newest]
    missing = _without(seen, "weight_kg")
    if not list(_doses(seen)):
        missing = (*missing, "dose_mg")
    return Observation(tuple(readings), lacking=missing, is_future=seen.is_future("weight_kg"))


def intravenous_equivalent(seen: Evidence) -> Observation:
    """Return mg/kg times the upper bioavailability of the route; an unknown route counts as 1."""
    if seen.newest("iv_equiv_high") and seen.patient.route not in ROUTES:
        return lacking("route")
    share = ROUTES.get(seen.patient.route or "", Fraction(1))
    doses = seen.observe("dose_mg_per_kg")
    readings = tuple(replace(r, value=_number(r) * share) for r in doses.readings)
    return replace(doses, readings=readings)


def _doses(seen: Evidence) -> Iterable[tuple[Fraction, tuple[Finding, ...]]]:
    if seen.patient.dose_mg is not None:
        yield seen.patient.dose_mg, ()
    for finding in seen.newest("dose_mg"):
        yield amount(finding), (finding,)


def _course(findings: Iterable[Finding]) -> list[Weighing]:
    """Return one weight a day: the lowest of the newest day, the highest of the others."""
    days: dict[object, list[Finding]] = {}
    for finding in findings:
        days.setdefault(finding.on, []).append(finding)
    newest = max((f.on for group in days.values() for f in group), default=None)
    return sorted(
        Weighing(group[0].on, (min if group[0].on == newest else max)(amount(f) for f in group))
        for group in days.values()
    )


def _without(seen: Evidence, *kinds: str) -> tuple[str, ...]:
    return tuple(kind for kind in kinds if not seen.newest(kind))


def amount(finding: Finding) -> Fraction:
    """Return a finding's number; raise TypeError for what is none."""
    if not isinstance(finding.value, Fraction):
        raise TypeError(f"{finding.kind} is a number")
    return finding.value


def _number(reading: Reading) -> Fraction:
    if not isinstance(reading.value, Fraction):
        raise TypeError("a body size is a number")
    return reading.value
