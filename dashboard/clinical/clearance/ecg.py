"""Variables of the ECG: the QTc that gates, its rise, and QTc joined with potassium and magnesium.

Only typed numbers are used, never a waveform. Source: clearance decisions section 8.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from dashboard.clinical.clearance.body import amount
from dashboard.clinical.clearance.evidence import Evidence, newest_of
from dashboard.clinical.clearance.findings import Finding
from dashboard.clinical.clearance.observations import Observation, Reading, truth
from dashboard.clinical.formulas import heart
from dashboard.clinical.formulas.body_size import Sex
from dashboard.clinical.formulas.refeeding import all_of, any_of, at_least

# E05, D06b: QTc limit at every age; an unknown sex takes the stricter one.
QTC_LIMIT = {Sex.MALE: Fraction(450), Sex.FEMALE: Fraction(460), None: Fraction(450)}
LOW_POTASSIUM = Fraction("3.5")  # mEq/L, E05 and D06b
LOW_MAGNESIUM = Fraction("1.6")  # mg/dL, E05 and D06b
POSSIBLE_QTC = (300, 650)  # Fridericia outside it is questioned (decisions section 7)


def gate(seen: Evidence) -> Observation:
    """Return the QTc of the newest ECG; a QT without its heart rate gives none."""
    readings = tuple(
        Reading(heart.qtc_gate(qt_ms=amount(qt), rate=amount(hr)), (qt, hr), _question(qt, hr))
        for qt, hr in tracings(seen, "qt_ms", "ecg_hr")
    )
    if readings:
        return Observation(readings, is_future=seen.is_future("qt_ms"))
    missing = tuple(kind for kind in ("qt_ms", "ecg_hr") if not seen.newest(kind))
    return Observation(
        lacking=missing or ("ecg_hr of the newest ECG",), is_future=seen.is_future("qt_ms")
    )


def delta(seen: Evidence) -> Observation:
    """Return the rise of QTc from the baseline ECG by the same formula."""
    readings = tuple(
        Reading(
            heart.qtc_delta(
                qt_ms=amount(qt),
                rate=amount(hr),
                baseline_qt_ms=amount(then_qt),
                baseline_rate=amount(then_hr),
            ),
            (qt, hr, then_qt, then_hr),
            _question(qt, hr) or then_qt.question or then_hr.question,
        )
        for qt, hr in tracings(seen, "qt_ms", "ecg_hr")
        for then_qt, then_hr in tracings(seen, "qt_baseline_ms", "ecg_baseline_hr")
    )
    missing = () if readings else ("qt_baseline_ms", "ecg_baseline_hr")
    return Observation(readings, lacking=missing, is_future=seen.is_future("qt_ms"))


def over_limit_with_low_minerals(seen: Evidence) -> Observation:
    """Return whether QTc is over its limit together with low potassium or magnesium (E05)."""
    over, low = _over(seen), any_of(_low(seen))
    return _joint(seen, all_of([over, low]), "qtc_gate", "K", "Mg")


def drug_with_substrate(seen: Evidence) -> Observation:
    """Return whether a QT drug meets QTc over its limit, low potassium or magnesium (D06b)."""
    drug = seen.observe("qt_drug_count").says(lambda count: count >= 1)
    substrate = at_least(1, [_over(seen), *_low(seen)])
    return _joint(seen, all_of([drug, substrate]), "qt_drug_count", "qtc_gate", "K", "Mg")


def _over(seen: Evidence) -> bool | None:
    limit = QTC_LIMIT[seen.patient.sex]
    return seen.observe("qtc_gate").says(lambda qtc: qtc > limit)


def _low(seen: Evidence) -> list[bool | None]:
    return [
        seen.observe("K").says(lambda value: value < LOW_POTASSIUM),
        seen.observe("Mg").says(lambda value: value < LOW_MAGNESIUM),
    ]


def _joint(seen: Evidence, answer: bool | None, *variables: str) -> Observation:
    parts = {name: seen.observe(name) for name in variables}
    missing = [name for name, part in parts.items() if not part.readings]
    return truth(answer, rests_on=parts.values(), needs=missing)


def tracings(seen: Evidence, qt_kind: str, hr_kind: str) -> Iterator[tuple[Finding, Finding]]:
    """Pair every newest QT with the heart rate of the same tracing, or else of the same day."""
    qts = seen.newest(qt_kind)
    rates = [f for f in seen.usable(hr_kind) if any(f.on == qt.on for qt in qts)]
    if len(qts) == len(rates):
        yield from zip(qts, rates, strict=True)
        return
    for qt in qts:
        of_day = [f for f in rates if f.on == qt.on]
        same = [f for f in of_day if not f.is_before(qt) and not qt.is_before(f)]
        yield from ((qt, rate) for rate in same or newest_of(of_day))


def _question(qt: Finding, hr: Finding) -> str | None:
    if qt.question or hr.question:
        return qt.question or hr.question
    if qt.is_confirmed:
        return None
    low, high = POSSIBLE_QTC
    qtc = heart.fridericia(qt_ms=amount(qt), rate=amount(hr))
    return None if low <= qtc <= high else f"QTc {float(qtc):.0f} is unusual ({low} to {high})"
