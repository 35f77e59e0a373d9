"""What is proposed for watching a patient between sessions, by tier; the physician may change it.

The words and weeks are those of the plan's templates (clearance.md 6.5: practice policy, no
published number). A blocked patient is watched as closely as the tier below.
"""

from __future__ import annotations

import datetime as dt

from dashboard.clinical.clearance import Tier
from dashboard.clinical.plan_templates import Cadence, plan_templates


def words(tier: Tier) -> str:
    """Return the proposal in words."""
    of = _of(tier)
    letters = " ".join(f"{one.words}." for one in plan_templates().letters)
    return (
        f"Weight {of.weight.lower()}, laboratory values {of.labs.lower()}, "
        f"dietitian {of.dietitian.lower()}. {letters}"
    )


def weeks(tier: Tier) -> int:
    """Return how many weeks may lie between laboratory values."""
    return _of(tier).labs_weeks


def next_check(tier: Tier, *, today: dt.date, next_stale_on: dt.date | None) -> dt.date:
    """Return the day proposed for the next check: by tier, or when the first finding runs out."""
    by_tier = today + dt.timedelta(weeks=weeks(tier))
    runs_out = next_stale_on or by_tier
    return max(min(by_tier, runs_out), today)


def _of(tier: Tier) -> Cadence:
    found = plan_templates().cadence(Tier.T2 if tier is Tier.T3 else tier)
    if found is None:
        raise LookupError(f"no cadence for {tier}")
    return found
