"""Readings during a session: taken as typed or refused, and what each calls for.

A reading with a value missing or in question is never fine. The sources give no limit for the heart
rate during a session: it is recorded and not judged.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from dashboard.clinical.adverse_events import Called, Sign, Worst, called_by, event_list
from dashboard.clinical.clearance import Collection, Rejected, read, ruleset
from dashboard.clinical.clearance.findings import Finding, Pressure
from dashboard.clinical.home_session.session_file import session_rules
from dashboard.clinical.instants import utc
from dashboard.clinical.quantities import RESPIRATORY_RATE, NotANumber, Quantity, Unit

# The kinds of the clearance whose ranges say what can have been meant.
PRESSURE, RATE, SATURATION = "bp", "hr_awake_rest", "spo2"
FORM = "118/74 64 98"


@dataclass(frozen=True, kw_only=True)
class SessionReading:
    """One reading: mmHg, beats a minute, %, breaths a minute; None is "not measured".

    `questions` say what is unusual in it and was not confirmed.
    """

    at: datetime
    pressure: Pressure | None = None
    rate: Fraction | None = None
    saturation: Fraction | None = None
    breaths: Fraction | None = None
    questions: tuple[str, ...] = ()

    @property
    def is_measured(self) -> bool:
        """Whether anything in it was measured."""
        values = (self.pressure, self.rate, self.saturation, self.breaths)
        return any(one is not None for one in values)


@dataclass(frozen=True)
class ReadingVerdict:
    """What a reading calls for, most urgent first, what is told beside it, and what is missing."""

    called: tuple[Called, ...]
    told: tuple[str, ...]
    missing: tuple[str, ...]
    questions: tuple[str, ...]

    @property
    def is_fine(self) -> bool:
        """Whether it is complete and there is nothing to do, to ask or to tell."""
        return not (self.called or self.told or self.missing or self.questions)

    @property
    def is_repeated(self) -> bool:
        """Whether the blood pressure is measured again in some minutes."""
        return any(one.response.repeat_minutes for one in self.called)


def typed_reading(
    text: str, *, at: datetime, zone: ZoneInfo, breaths: str = "", is_confirmed: bool = False
) -> SessionReading:
    """Read "118/74 64 98": pressure, heart rate, saturation. A missing value is written "-".

    Raise `Rejected` for what cannot be: the message says which, why, and what is possible.
    """
    parts = text.split()
    if not 1 <= len(parts) <= 3:
        raise Rejected(f"{text!r} is no reading such as {FORM}")
    moment = utc(at)
    taken = Collection(on=moment.astimezone(zone).date(), at=moment, is_confirmed=is_confirmed)
    found = [
        None if part == "-" else read(kind, value=part, unit=None, taken=taken, rules=ruleset())
        for kind, part in zip((PRESSURE, RATE, SATURATION), parts, strict=False)
    ]
    upper, rate, saturation = (*found, None, None, None)[:3]
    return SessionReading(
        at=moment,
        pressure=upper.value if upper and isinstance(upper.value, Pressure) else None,
        rate=_number(rate),
        saturation=_number(saturation),
        breaths=_breaths(breaths),
        questions=tuple(one.question for one in found if one and one.question),
    )


def judge_reading(
    reading: SessionReading,
    *,
    baseline: Pressure | None,
    minute: int,
    signs: Iterable[Sign] = (),
    has_symptoms: bool | None = None,
    has_oximeter: bool = True,
) -> ReadingVerdict:
    """Say what a reading so many minutes after the dose calls for; ValueError below minute 0.

    `baseline` is the pressure before the dose. The response to 180/110 stands for every minute:
    the reference names it for 40, and a rise that comes at another time is not milder.
    """
    if minute < 0:
        raise ValueError("a reading before the dose belongs to the pre-flight")
    worst = Worst(
        pressure=reading.pressure, saturation=reading.saturation, breaths=reading.breaths,
        has_symptoms=has_symptoms,
    )  # fmt: skip
    return ReadingVerdict(
        called=called_by(worst, signs=signs),
        told=tuple(_told(reading, baseline)),
        missing=tuple(_missing(reading, has_oximeter=has_oximeter)),
        questions=reading.questions,
    )


def sign(id: str) -> Sign:
    """Return one of the signs; LookupError for one that is not known."""
    return event_list().signs[id]


def _missing(reading: SessionReading, *, has_oximeter: bool) -> Iterable[str]:
    if reading.pressure is None:
        yield "blood pressure"
    if reading.rate is None:
        yield "heart rate"
    if reading.saturation is None and has_oximeter:
        yield "oxygen saturation"


def _told(reading: SessionReading, baseline: Pressure | None) -> Iterable[str]:
    rules = session_rules()
    if reading.pressure is not None and baseline is None:
        yield "The pressure before the dose is not known: no rise can be told"
    elif reading.pressure is not None and baseline is not None:
        upper = reading.pressure.systolic - baseline.systolic
        lower = reading.pressure.diastolic - baseline.diastolic
        if upper >= rules.large_rise_systolic or lower >= rules.large_rise_diastolic:
            change = f"{_change(upper)}/{_change(lower)}"
            yield f"Blood pressure {reading.pressure}, {change} against before the dose"
    for rule in ruleset().by_variable[SATURATION]:
        if reading.saturation is not None and rule.limit.is_met_by(reading.saturation):
            yield f"Oxygen saturation {rule.said}: a session may not start so ({rule.id})"


def _change(amount: Fraction) -> str:
    return f"{float(amount):+g}"


def _number(finding: Finding | None) -> Fraction | None:
    return finding.value if finding and isinstance(finding.value, Fraction) else None


def _breaths(text: str) -> Fraction | None:
    if not text.strip():
        return None
    (guard,) = RESPIRATORY_RATE
    try:
        quantity = Quantity.of(text.strip(), Unit.PER_MINUTE)
    except NotANumber as error:
        raise Rejected(f"breaths: {error}") from None
    if not guard.holds(quantity):
        raise Rejected(f"breaths: {text.strip()} is not possible ({guard.words})")
    return quantity.value
