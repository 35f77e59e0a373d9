"""What is proposed for watching a patient between sessions, by tier; the physician may change it.

Source: clearance.md 6.5, nutrition and medical cadence in induction (practice policy, no published
number): T2 weekly weight and laboratory values every 1 to 2 weeks; T1 every 2 to 4 weeks; T0
monthly; dietitian weekly or fortnightly; the team after sessions 1, 3, 6 and any adverse event.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from dashboard.clinical.clearance import Tier

TEAM = (
    "Dietitian weekly or fortnightly. Word to the team after sessions 1, 3 and 6"
    " and after any adverse event."
)
_OFTEN = f"Weight weekly, laboratory values every 1 to 2 weeks. {TEAM}"
WORDS: Mapping[Tier, str] = {
    Tier.T0: f"Weight and laboratory values monthly. {TEAM}",
    Tier.T1: f"Weight and laboratory values every 2 to 4 weeks. {TEAM}",
    Tier.T2: _OFTEN,
    Tier.T3: _OFTEN,
}
WEEKS: Mapping[Tier, int] = {Tier.T0: 4, Tier.T1: 4, Tier.T2: 2, Tier.T3: 2}


def next_check(tier: Tier, *, today: dt.date, next_stale_on: dt.date | None) -> dt.date:
    """Return the day proposed for the next check: by tier, or when the first finding runs out."""
    by_tier = today + dt.timedelta(weeks=WEEKS[tier])
    runs_out = next_stale_on or by_tier
    return max(min(by_tier, runs_out), today)
