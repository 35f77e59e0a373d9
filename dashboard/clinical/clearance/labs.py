"""Laboratory variables: corrected calcium, multiples of a limit, filtration, falls, L30.

The laboratory's own interval can only tighten; where a result came without one, the fallback
interval of age and sex stands in. Source: clearance decisions sections 7, 8 and 14.3.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from dashboard.clinical.clearance.body import amount
from dashboard.clinical.clearance.conditions import Facts
from dashboard.clinical.clearance.evidence import Evidence
from dashboard.clinical.clearance.findings import Finding
from dashboard.clinical.clearance.observations import Observation, Reading, lacking, of
from dashboard.clinical.formulas import blood
from dashboard.clinical.formulas.body_size import Sex

ADULT = 18
# Which variable catches an analyte: it is named in a rule, or a rule's value is computed from it.
CAUGHT_BY = {
    "Na": "Na", "K": "K", "Cl": "Cl", "HCO3": "HCO3", "glucose": "glucose", "Ca": "Ca_corrected",
    "Ca_ionized": "Ca_ionized", "Mg": "Mg", "P": "P", "creatinine": "eGFR", "ALT": "alt_ast_max",
    "AST": "alt_ast_max", "ALP": "alp_ggt_max", "GGT": "alp_ggt_max", "bilirubin": "bilirubin",
    "albumin": "albumin", "Hb": "Hb", "WBC": "WBC", "ANC": "ANC", "plt": "plt", "HbA1c": "HbA1c",
    "urine_sg": "urine_sg",
}  # fmt: skip


def corrected_calcium(seen: Evidence) -> Observation:
    """Return calcium corrected for albumin, from the newest of both."""
    readings = tuple(
        Reading(
            blood.corrected_calcium(total=amount(ca), albumin=amount(albumin)),
            (ca, albumin),
            ca.question or albumin.question,
        )
        for ca in seen.newest("Ca")
        for albumin in seen.newest("albumin")
    )
    missing = tuple(kind for kind in ("Ca", "albumin") if not seen.newest(kind))
    return Observation(readings, lacking=missing, is_future=seen.is_future("Ca", "albumin"))


def filtration(seen: Evidence) -> Observation:
    """Return eGFR: CKD-EPI 2021 from 18 years, bedside Schwartz below."""
    if seen.age is None:
        return lacking("eGFR", "birth_date")
    if seen.age < ADULT:
        return _schwartz(seen)
    sexes = [seen.patient.sex] if seen.patient.sex else list(Sex)
    readings = tuple(
        Reading(
            blood.egfr_ckd_epi_2021(creatinine=amount(f), age=seen.age, sex=sex), (f,), f.question
        )
        for f in seen.newest("creatinine")
        for sex in sexes
    )
    missing = () if readings else ("creatinine",)
    return Observation(readings, lacking=missing, is_future=seen.is_future("creatinine"))


def _schwartz(seen: Evidence) -> Observation:
    readings = tuple(
        Reading(
            blood.egfr_bedside_schwartz(creatinine=amount(f), height_cm=amount(height)),
            (f, height),
            f.question or height.question,
        )
        for f in seen.newest("creatinine")
        for height in seen.newest("height_cm")
    )
    missing = tuple(kind for kind in ("creatinine", "height_cm") if not seen.newest(kind))
    return Observation(readings, lacking=missing, is_future=seen.is_future("creatinine"))


def transaminases(seen: Evidence) -> Observation:
    """Return the larger of ALT and AST as a multiple of its upper limit."""
    return _larger(seen, "ALT", "AST")


def cholestasis(seen: Evidence) -> Observation:
    """Return the larger of ALP and GGT as a multiple of its upper limit."""
    return _larger(seen, "ALP", "GGT")


def _larger(seen: Evidence, *analytes: str) -> Observation:
    ratios = {name: _ratios(seen, name) for name in analytes}
    missing = tuple(name for name, found in ratios.items() if not found)
    question = next((r.question for found in ratios.values() for r in found if r.question), None)
    everything = [reading for found in ratios.values() for reading in found]
    is_future = seen.is_future(*analytes)
    if not everything:
        return Observation(lacking=_why_no_ratio(seen, missing), is_future=is_future)
    top = max(everything, key=lambda reading: Fraction(reading.value))
    findings = tuple(dict.fromkeys(f for reading in everything for f in reading.findings))
    gap = f"{' and '.join(_why_no_ratio(seen, missing))} missing" if missing else None
    return Observation(
        (Reading(top.value, findings, question),),
        lacking=_why_no_ratio(seen, missing),
        gap=gap,
        is_future=is_future,
    )


def _why_no_ratio(seen: Evidence, analytes: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{name} upper limit" if seen.newest(name) else name for name in analytes)


def bilirubin(seen: Evidence) -> Observation:
    """Return bilirubin as a multiple of its upper limit, computed or as entered."""
    entered = seen.newest("bilirubin")
    readings = tuple(
        reading
        for finding in entered
        for reading in (of((finding,)) if finding.unit == "xULN" else _ratio(seen, finding))
    )
    missing = () if readings else _why_no_ratio(seen, ("bilirubin",))
    return Observation(readings, lacking=missing, is_future=seen.is_future("bilirubin"))


def _ratios(seen: Evidence, analyte: str) -> tuple[Reading, ...]:
    return tuple(r for finding in seen.newest(analyte) for r in _ratio(seen, finding))


def _ratio(seen: Evidence, finding: Finding) -> tuple[Reading, ...]:
    ends = [high for _, high in interval(seen, finding) if high]
    if not ends:
        return ()
    return (Reading(amount(finding) / min(ends), (finding,), finding.question),)


def interval(seen: Evidence, finding: Finding) -> list[tuple[Fraction | None, Fraction | None]]:
    """Return the result's own interval, its missing ends from the fallback of age and sex.

    An unknown sex gives the intervals of both; an unknown age no fallback. The age is that of the
    day judged for, as in every rule: on the 18th birthday the adult intervals apply.
    """
    fallback = _fallback(seen, finding)
    if finding.low is not None and finding.high is not None:
        return [(finding.low, finding.high)]
    return [
        (
            finding.low if finding.low is not None else low,
            finding.high if finding.high is not None else high,
        )
        for low, high in fallback or [(None, None)]
    ]


def _fallback(seen: Evidence, finding: Finding) -> list[tuple[Fraction | None, Fraction | None]]:
    if seen.age is None:
        return []
    sexes = [seen.patient.sex] if seen.patient.sex else list(Sex)
    return [
        (known.low, known.high)
        for known in seen.rules.intervals
        for sex in sexes
        if known.analyte == finding.kind and known.is_for(age=seen.age, sex=sex)
    ]


def is_outside(seen: Evidence, finding: Finding) -> bool | None:
    """Say whether a result lies outside its interval or was flagged; None without an interval."""
    if finding.is_flagged:
        return True
    ends = interval(seen, finding)
    if all(low is None and high is None for low, high in ends):
        return None
    value = amount(finding)
    return any(
        (low is not None and value < low) or (high is not None and value > high)
        for low, high in ends
    )


def outside_interval(seen: Evidence) -> Observation:
    """Return whether an analyte that no other rule catches lies outside its interval (L30)."""
    outside: list[Finding] = []
    inside: list[Finding] = []
    for analyte, variable in CAUGHT_BY.items():
        for finding in seen.newest(analyte):
            if finding.unit == "xULN" or is_outside(seen, finding) is None:
                continue
            is_caught = fires(seen, variable)
            (outside if is_outside(seen, finding) and not is_caught else inside).append(finding)
    if not outside and not inside:
        return lacking("lab_outside_reported_interval")
    told = tuple(outside or inside)
    note = ", ".join(f"{f.kind} {f.entered}" for f in outside)
    return Observation((Reading(bool(outside), told, note=note),))


def fires(seen: Evidence, variable: str) -> bool:
    """Say whether a rule of a variable is met by its number, whoever it is for."""
    rules = seen.rules.by_variable.get(variable, ())
    sex = seen.patient.sex
    facts = Facts(age=seen.age, sex=sex.value if sex else None)
    here = [rule for rule in rules if rule.population.applies(facts)]
    return any(
        rule.limit.is_met_by(reading.value)
        for rule in here
        for reading in seen.observe(variable).readings
        if isinstance(reading.value, Fraction)
    )


def fall_percent(seen: Evidence, analyte: str, *, days: int) -> Observation:
    """Return the fall from the highest value of the days before the newest, in per cent of it."""
    return _fall(seen, analyte, days=days, is_percent=True)


def fall_absolute(seen: Evidence, analyte: str, *, days: int) -> Observation:
    """Return the same fall in the unit of the rules."""
    return _fall(seen, analyte, days=days, is_percent=False)


def _fall(seen: Evidence, analyte: str, *, days: int, is_percent: bool) -> Observation:
    newest = seen.newest(analyte)
    if not newest:
        return Observation(lacking=(analyte,), is_future=seen.is_future(analyte))
    window = seen.since(analyte, days=days, before=newest[0].on)
    before = [f for f in window if f not in newest]
    if not before:
        return Observation(
            lacking=(f"{analyte} of an earlier day",), is_future=seen.is_future(analyte)
        )
    highest = max(before, key=amount)
    lowest = min(newest, key=amount)
    fall = amount(highest) - amount(lowest)
    value = 100 * fall / amount(highest) if is_percent else fall
    question = lowest.question or highest.question
    reading = Reading(value, (highest, lowest), question, aged_by=(lowest,))
    return Observation((reading,), is_future=seen.is_future(analyte))
