"""Variables of blood pressure, heart rate and standing up.

Source: clearance decisions section 8 and 14. Two readings 5 minutes apart make a pair; low limits
and high ones judge the lower number of it; a single reading can stop, never clear.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from dashboard.clinical.clearance.evidence import Evidence, newest_of
from dashboard.clinical.clearance.findings import Finding, Pressure
from dashboard.clinical.clearance.observations import Observation, Reading, of
from dashboard.clinical.clearance.verdicts import Purpose
from dashboard.clinical.formulas import heart

APART = timedelta(minutes=5)
# One reading from here on holds until a later pair is below the release limits (decision 14.1).
HOLD_SYSTOLIC, HOLD_DIASTOLIC = 160, 100
RELEASE_SYSTOLIC, RELEASE_DIASTOLIC = 140, 90
TREND_DAYS = 30
TREND_LOW, TREND_LARGE = 60, 20  # decision 14.5
Part = Callable[[Pressure], Fraction]
ONE_READING = "one reading only"
NO_THREE_MINUTES = "the 3-minute value is missing"


def systolic(reading: Pressure) -> Fraction:
    """Return the systolic number."""
    return reading.systolic


def diastolic(reading: Pressure) -> Fraction:
    """Return the diastolic number."""
    return reading.diastolic


def resting(seen: Evidence, part: Part, *, direct: str) -> Observation:
    """Return the resting pressure; at a session the pair before the dose counts as well."""
    is_session = seen.purpose is Purpose.SESSION
    kinds = ("bp", "bp_predose") if is_session else ("bp",)
    found = _of_pairs(seen, kinds, part)
    if not is_session:
        return found
    before_dose = of(seen.newest(f"{direct}_predose"))
    if not before_dose:
        return found
    mine = max((r.newest_on or date.min for r in found.readings), default=date.min)
    theirs = max(r.newest_on or date.min for r in before_dose)
    if mine > theirs:
        return found
    return replace(found, readings=(*(found.readings if mine == theirs else ()), *before_dose),
                   gap=None, lacking=())  # fmt: skip


def resting_systolic(seen: Evidence) -> Observation:
    """Return systolic pressure at rest."""
    return resting(seen, systolic, direct="sbp")


def resting_diastolic(seen: Evidence) -> Observation:
    """Return diastolic pressure at rest."""
    return resting(seen, diastolic, direct="dbp")


def predose_systolic(seen: Evidence) -> Observation:
    """Return systolic pressure before the dose."""
    return _of_pairs(seen, ("bp_predose",), systolic)


def predose_diastolic(seen: Evidence) -> Observation:
    """Return diastolic pressure before the dose."""
    return _of_pairs(seen, ("bp_predose",), diastolic)


def _of_pairs(seen: Evidence, kinds: tuple[str, ...], part: Part) -> Observation:
    findings = _ordered(f for kind in kinds for f in seen.usable(kind))
    if not findings:
        return Observation(lacking=kinds[:1], is_future=seen.is_future(*kinds))
    day = [f for f in findings if f.on == findings[-1].on]
    pair = day[-2:]
    is_pair = len(pair) == 2 and _are_apart(*pair)
    counted = pair if is_pair else day[-1:]
    lowest = min(part(_read(f)) for f in counted)
    question = next((f.question for f in day if f.question), None)
    readings = [Reading(lowest, tuple(counted), question)]
    readings += [_single(f, part) for f in day if part(_read(f)) < lowest]
    readings += [_single(f, part, "holds until a later pair is low") for f in _held(findings, part)]
    return Observation(
        tuple(readings), gap=None if is_pair else ONE_READING, is_future=seen.is_future(*kinds)
    )


def _single(finding: Finding, part: Part, note: str = "") -> Reading:
    return Reading(part(_read(finding)), (finding,), finding.question, note)


def _held(findings: list[Finding], part: Part) -> list[Finding]:
    """Return readings so high that they hold, and that no later pair has released."""
    limit = HOLD_SYSTOLIC if part is systolic else HOLD_DIASTOLIC
    return [
        finding
        for at, finding in enumerate(findings)
        if part(_read(finding)) >= limit and not _is_released(finding, findings[at + 1 :])
    ]


def _is_released(high: Finding, later: list[Finding]) -> bool:
    after = [f for f in later if high.is_before(f)]
    return any(
        one.on == other.on and _are_apart(one, other) and _is_low(one) and _is_low(other)
        for one, other in pairwise(after)
    )


def _is_low(finding: Finding) -> bool:
    reading = _read(finding)
    return reading.systolic < RELEASE_SYSTOLIC and reading.diastolic < RELEASE_DIASTOLIC


def _are_apart(one: Finding, other: Finding) -> bool:
    """Whether two readings of a day are 5 minutes apart; without different times they may be."""
    if one.at is None or other.at is None or one.at == other.at:
        return True
    return abs(other.at - one.at) >= APART


def _ordered(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda f: (f.on, f.at.timestamp() if f.at else 0.0))


def high_run(seen: Evidence) -> Observation:
    """Return how many sessions in a row, to the newest, had a high pair before the dose."""
    findings = _ordered(seen.usable("bp_predose"))
    run = 0
    for day in sorted({f.on for f in findings}, reverse=True):
        readings = [_read(f) for f in findings if f.on == day]
        if not _is_high(readings):
            break
        run += 1
    if not findings:
        return Observation(lacking=("bp_predose",))
    return Observation((Reading(Fraction(run), tuple(findings), aged_by=()),))


def _is_high(readings: list[Pressure]) -> bool:
    """Whether rules V07 or V08 fire on a session's readings."""
    lowest = Pressure(min(r.systolic for r in readings), min(r.diastolic for r in readings))
    held = any(r.systolic >= HOLD_SYSTOLIC or r.diastolic >= HOLD_DIASTOLIC for r in readings[-2:])
    return lowest.systolic > RELEASE_SYSTOLIC or lowest.diastolic > RELEASE_DIASTOLIC or held


def fall_in_30_days(seen: Evidence) -> Observation:
    """Return the fall of the resting rate; it counts below 60, or from 20 on at any level."""
    newest = seen.newest("hr_awake_rest")
    if not newest:
        return Observation(lacking=("hr_awake_rest",))
    rate = min(_rate(f) for f in newest)
    before = [
        f
        for f in seen.since("hr_awake_rest", days=TREND_DAYS, before=newest[0].on)
        if f not in newest
    ]
    if not before:
        return Observation(lacking=("an earlier hr_awake_rest",))
    fall = max(_rate(f) for f in before) - rate
    return Observation((_trend(fall, rate, newest),))


def counted_fall(seen: Evidence) -> Observation:
    """Return the entered fall, or the computed one, as far as it counts."""
    entered = seen.newest("hr_fall_30d")
    if not entered:
        return fall_in_30_days(seen)
    rates = [_rate(f) for f in seen.newest("hr_awake_rest")]
    rate = min(rates, default=Fraction(0))
    return Observation(tuple(_trend(_rate(f), rate, (f,)) for f in entered))


def _trend(fall: Fraction, rate: Fraction, findings: tuple[Finding, ...]) -> Reading:
    if rate < TREND_LOW or fall >= TREND_LARGE:
        return Reading(fall, findings)
    note = f"a fall of {float(fall):g} to {float(rate):g} counts below 60, or from 20 on"
    return Reading(Fraction(0), findings, note=note)


def rise_3_minutes(seen: Evidence) -> Observation:
    """Return the rise of the heart rate after 3 minutes."""
    return _standing(seen, "hr", "3min", _rise)


def rise_1_minute(seen: Evidence) -> Observation:
    """Return the rise of the heart rate after 1 minute."""
    return _standing(seen, "hr", "1min", _rise)


def systolic_drop(seen: Evidence) -> Observation:
    """Return the fall of the systolic pressure after 3 minutes."""
    return _standing(seen, "bp", "3min", lambda lying, up: _drop(lying, up, systolic))


def diastolic_drop(seen: Evidence) -> Observation:
    """Return the fall of the diastolic pressure after 3 minutes."""
    return _standing(seen, "bp", "3min", lambda lying, up: _drop(lying, up, diastolic))


def _standing(
    seen: Evidence, what: str, minute: str, change: Callable[[Finding, Finding], Fraction]
) -> Observation:
    """Return the change of the newest set; an older complete set stands beside a newer gap."""
    lying_kind, up_kind = f"{what}_supine", f"{what}_standing_{minute}"
    sets = sorted({f.on for kind in ORTHOSTATIC for f in seen.usable(kind)}, reverse=True)
    missing = tuple(kind for kind in (lying_kind, up_kind) if not seen.usable(kind))
    gap = None
    for day in sets:
        lying = newest_of(f for f in seen.usable(lying_kind) if f.on == day)
        up = newest_of(f for f in seen.usable(up_kind) if f.on == day)
        if lying and up:
            return Observation(
                tuple(
                    Reading(change(a, b), (a, b), a.question or b.question)
                    for a in lying
                    for b in up
                ),
                gap=gap,
                is_future=seen.is_future(lying_kind, up_kind),
            )
        gap = NO_THREE_MINUTES if minute == "3min" else "the 1-minute value is missing"
    return Observation(lacking=missing or (up_kind,), is_future=seen.is_future(lying_kind, up_kind))


ORTHOSTATIC = tuple(
    f"{what}_{posture}"
    for what in ("hr", "bp")
    for posture in ("supine", "standing_1min", "standing_3min")
)


def _rise(lying: Finding, up: Finding) -> Fraction:
    return heart.rate_rise(supine=_rate(lying), standing=_rate(up))


def _drop(lying: Finding, up: Finding, part: Part) -> Fraction:
    return heart.pressure_drop(supine=part(_read(lying)), standing=part(_read(up)))


def _read(finding: Finding) -> Pressure:
    if not isinstance(finding.value, Pressure):
        raise TypeError(f"{finding.kind} is a blood pressure")
    return finding.value


def _rate(finding: Finding) -> Fraction:
    if not isinstance(finding.value, Fraction):
        raise TypeError(f"{finding.kind} is a number")
    return finding.value
