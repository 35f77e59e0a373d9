"""How a weight moves: rate of loss, per cent lost in a window, suppression from the highest.

Source: clearance reference section 4.6 and clearance decisions section 8. A loss is positive.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from dashboard.clinical.formulas.powers import Number

RATE_WINDOW = 14  # days back from the newest weight
RATE_SPAN = 7  # the least days between two weights
SLACK = 14  # days around the far end of a long window
MONTHS = {1: 30, 3: 91, 6: 182, 12: 365}  # months to days


@dataclass(frozen=True, order=True)
class Weighing:
    """One weight on one day, in kg."""

    on: date
    kg: Fraction


@dataclass(frozen=True)
class Loss:
    """Per cent lost from the highest weight of a window, and whether the window was covered."""

    percent: Fraction
    covers_window: bool


def loss_per_week(weighings: Iterable[Weighing]) -> Fraction | None:
    """Return kg lost a week over 14 days: the larger of first-to-last and least squares.

    None without two weights at least 7 days apart; the slope needs three weights.
    """
    inside = _within(weighings, days=RATE_WINDOW)
    if len(inside) < 2 or (inside[-1].on - inside[0].on).days < RATE_SPAN:
        return None
    span = (inside[-1].on - inside[0].on).days
    ends = (inside[0].kg - inside[-1].kg) * 7 / span
    return max(ends, -7 * _slope(inside)) if len(inside) >= 3 else ends


def percent_lost(weighings: Iterable[Weighing], *, days: int) -> Loss | None:
    """Return the per cent lost, highest of the window to the newest; None for a lone weight.

    Long windows reach 14 days further back, and count as covered when a weight lies within 14
    days of their far end; the window of 14 days is covered by any earlier weight in it.
    """
    everything = sorted(weighings)
    is_long = days > RATE_WINDOW
    inside = _within(everything, days=days + (SLACK if is_long else 0))
    if len(inside) < 2:
        return None
    newest = inside[-1]
    highest = max(weighing.kg for weighing in inside)
    far_end = newest.on - timedelta(days=days)
    covered = not is_long or any(
        abs((weighing.on - far_end).days) <= SLACK for weighing in inside[:-1]
    )
    return Loss(100 * (highest - newest.kg) / highest, covered)


def weight_suppression(*, highest_kg: Number, current_kg: Number) -> Fraction:
    """Return per cent below the highest adult weight."""
    return 100 * (Fraction(highest_kg) - Fraction(current_kg)) / Fraction(highest_kg)


def _within(weighings: Iterable[Weighing], *, days: int) -> Sequence[Weighing]:
    ordered = sorted(weighings)
    return [w for w in ordered if (ordered[-1].on - w.on).days <= days]


def _slope(weighings: Sequence[Weighing]) -> Fraction:
    """Return kg a day by least squares."""
    first = weighings[0].on
    days = [Fraction((w.on - first).days) for w in weighings]
    mean_day = sum(days, Fraction(0)) / len(days)
    mean_kg = sum((w.kg for w in weighings), Fraction(0)) / len(days)
    above = sum(
        ((d - mean_day) * (w.kg - mean_kg) for d, w in zip(days, weighings, strict=True)),
        Fraction(0),
    )
    return above / sum(((d - mean_day) ** 2 for d in days), Fraction(0))
