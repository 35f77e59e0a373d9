"""How long a finding stays valid, counted in calendar days to the date judged for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType

from dashboard.clinical.clearance.verdicts import Purpose, Tier

FAINT_WINDOW = 14
QT_DRUG_WINDOW = 14
SESSIONS_A_SAMPLE_LASTS = 6


@dataclass(frozen=True)
class Validity:
    """The days of one kind by tier; None is "no end by days"."""

    kind: str
    days: Mapping[Tier, int | None]
    shortened: str

    def for_tier(self, tier: Tier) -> int | None:
        """Return the days; T3 as T2."""
        return self.days[Tier.T2 if tier is Tier.T3 else tier]


Validities = Mapping[str, Validity]


@dataclass(frozen=True, kw_only=True)
class Circumstances:
    """Everything besides the tier that shortens a validity."""

    on: date
    purpose: Purpose
    tier: Tier
    is_adult: bool = False
    dose_is_by_weight: bool = False
    purges_or_takes_diuretics: bool = False
    electrolytes_are_out: bool = False
    ecg_is_watched: bool = False
    is_first_dose: bool = True
    last_faint_on: date | None = None
    qt_drug_started_on: date | None = None
    sessions: tuple[date, ...] = ()
    refills: tuple[date, ...] = ()
    not_before: Mapping[str, date] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Span:
    """How old a finding may be, and the day it must not be older than for another reason."""

    days: int | None
    not_before: date | None = None

    def last_day(self, taken_on: date) -> date | None:
        """Return the last day on which it is valid; None when days do not end it."""
        return None if self.days is None else taken_on + timedelta(days=self.days)

    def is_over(self, taken_on: date, *, on: date) -> bool:
        """Whether a finding of that day is stale on the date judged for."""
        if self.not_before is not None and taken_on < self.not_before:
            return True
        last = self.last_day(taken_on)
        return last is not None and last < on


def span(kind: str, *, validities: Validities, now: Circumstances) -> Span:
    """Return how long findings of this validity kind are valid, with everything that shortens it.

    Source: clearance decisions section 6; every number is practice policy.
    """
    if kind == "forever":
        return Span(None)
    name = kind
    if kind == "height":
        name = "height_adult" if now.is_adult else "height_minor"
    days = validities[name].for_tier(now.tier)
    shorter = [d for d in (days, *_shorter(kind, now)) if d is not None]
    return Span(min(shorter, default=None), _not_before(kind, now))


def _shorter(kind: str, now: Circumstances) -> list[int]:
    """Return the days that circumstances put in place of the table's."""
    is_session = now.purpose is Purpose.SESSION
    rules: Mapping[str, list[tuple[bool, int]]] = {
        "weight": [(now.dose_is_by_weight, 7)],
        "orthostatic": [(_fainted(now), 3)],
        "chem": [(now.purges_or_takes_diuretics, 7), (now.electrolytes_are_out, 3)],
        "ecg": [(now.ecg_is_watched or _fainted(now) or _new_qt_drug(now), 7)],
        "hcg": [(now.is_first_dose, 7)],
        "cssrs": [(is_session, 1)],
        "symptom": [(is_session, 1)],
    }
    return [days for holds, days in rules.get(kind, ()) if holds]


def _not_before(kind: str, now: Circumstances) -> date | None:
    """Return the earliest day that counts, whatever the days say."""
    earliest = [now.not_before[kind]] if kind in now.not_before else []
    past = sorted(day for day in now.sessions if day < now.on)
    if kind in {"lft", "ua", "bladder"} and len(past) >= SESSIONS_A_SAMPLE_LASTS:
        earliest.append(past[-SESSIONS_A_SAMPLE_LASTS] + timedelta(days=1))
    if kind == "ecg":
        earliest += _ecg_must_follow(now)
    refills = sorted(day for day in now.refills if day < now.on)
    if kind == "hcg" and refills and now.purpose is Purpose.PRESCRIPTION:
        earliest.append(refills[-1] + timedelta(days=1))
    return max(earliest, default=None)


def _ecg_must_follow(now: Circumstances) -> list[date]:
    """Return the days an ECG must not lie before: of a faint; after the start of a QT drug."""
    found = []
    if now.last_faint_on is not None and now.last_faint_on <= now.on:
        found.append(now.last_faint_on)
    if now.qt_drug_started_on is not None and now.qt_drug_started_on <= now.on:
        found.append(now.qt_drug_started_on + timedelta(days=1))
    return found


def _fainted(now: Circumstances) -> bool:
    return _within(now.last_faint_on, days=FAINT_WINDOW, on=now.on)


def _new_qt_drug(now: Circumstances) -> bool:
    return _within(now.qt_drug_started_on, days=QT_DRUG_WINDOW, on=now.on)


def _within(day: date | None, *, days: int, on: date) -> bool:
    return day is not None and 0 <= (on - day).days <= days
