"""The heart: QT corrected for rate, four ways, and what standing up does to rate and pressure.

Bazett under-corrects in bradycardia, the typical state of anorexia: it is shown, never the gate.
Sources: clearance reference section 4.3 and 4.5; gate rule: clearance decisions section 8.
"""

from __future__ import annotations

from fractions import Fraction

from dashboard.clinical.formulas.powers import Number, power

SLOW_BELOW = 60
FAST_ABOVE = 100


def bazett(*, qt_ms: Number, rate: Number) -> Fraction:
    """Return QT / RR^(1/2) in ms, RR = 60 / rate in seconds."""
    return Fraction(qt_ms) / power(_rr(rate), Fraction(1, 2))


def fridericia(*, qt_ms: Number, rate: Number) -> Fraction:
    """Return QT / RR^(1/3) in ms."""
    return Fraction(qt_ms) / power(_rr(rate), Fraction(1, 3))


def framingham(*, qt_ms: Number, rate: Number) -> Fraction:
    """Return QT + 154 x (1 - RR) in ms."""
    return Fraction(qt_ms) + 154 * (1 - _rr(rate))


def hodges(*, qt_ms: Number, rate: Number) -> Fraction:
    """Return QT + 1.75 x (rate - 60) in ms."""
    return Fraction(qt_ms) + Fraction("1.75") * (Fraction(rate) - 60)


def qtc_gate(*, qt_ms: Number, rate: Number) -> Fraction:
    """Return the QTc that gates: Fridericia; below 60/min the larger of it and Hodges (design)."""
    by_fridericia = fridericia(qt_ms=qt_ms, rate=rate)
    if Fraction(rate) < SLOW_BELOW:
        return max(by_fridericia, hodges(qt_ms=qt_ms, rate=rate))
    return by_fridericia


def qtc_delta(
    *, qt_ms: Number, rate: Number, baseline_qt_ms: Number, baseline_rate: Number
) -> Fraction:
    """Return the rise from the baseline by one formula; both formulas when a rate is below 60."""
    now, then = (
        (Fraction(qt_ms), Fraction(rate)),
        (Fraction(baseline_qt_ms), Fraction(baseline_rate)),
    )
    change = fridericia(qt_ms=now[0], rate=now[1]) - fridericia(qt_ms=then[0], rate=then[1])
    if min(now[1], then[1]) < SLOW_BELOW:
        by_hodges = hodges(qt_ms=now[0], rate=now[1]) - hodges(qt_ms=then[0], rate=then[1])
        return max(change, by_hodges)
    return change


def rate_rise(*, supine: Number, standing: Number) -> Fraction:
    """Return how much the heart rate rises on standing, per minute."""
    return Fraction(standing) - Fraction(supine)


def pressure_drop(*, supine: Number, standing: Number) -> Fraction:
    """Return how much a pressure falls on standing, mmHg; systolic and diastolic alike."""
    return Fraction(supine) - Fraction(standing)


def mean_arterial_pressure(*, systolic: Number, diastolic: Number) -> Fraction:
    """Return the mean arterial pressure: diastolic plus a third of the pulse pressure."""
    return Fraction(diastolic) + (Fraction(systolic) - Fraction(diastolic)) / 3


def _rr(rate: Number) -> Fraction:
    if Fraction(rate) <= 0:
        raise ValueError("a heart rate is above zero")
    return 60 / Fraction(rate)
