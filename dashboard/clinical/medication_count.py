"""The medication ledger: supplied = taken + left + returned, in mg; and whether it adds up.

What is not known makes the balance unknown: a dose without an amount, or no count on camera. Less
left than expected is use beyond the plan, or loss; more is a dose not taken, or a miscount.
Source: clearance reference 2.3 and 2.6, item 11 (count on camera); the arithmetic needs no number.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from dashboard.clinical.instants import utc


@dataclass(frozen=True)
class Amount:
    """So many mg at an instant; `mg` None is a dose whose amount nobody wrote down."""

    at: datetime
    mg: Fraction | None


@dataclass(frozen=True)
class Balance:
    """The ledger up to its newest count, in mg; None is "not known".

    `expected` is what should be left at `counted_at`, `counted` what was; `difference` is counted
    less expected: below 0 there is less than there should be.
    """

    supplied: Fraction
    taken: Fraction | None
    returned: Fraction
    expected: Fraction | None
    counted: Fraction | None
    counted_at: datetime | None

    @property
    def difference(self) -> Fraction | None:
        """How much more is there than should be; None when that is not known."""
        if self.expected is None or self.counted is None:
            return None
        return self.counted - self.expected

    @property
    def is_right(self) -> bool | None:
        """Whether it adds up; None when that is not known."""
        return None if self.difference is None else self.difference == 0

    @property
    def words(self) -> str:
        """What the ledger says."""
        found = self.difference
        if self.counted is None:
            return "The medicine has not been counted"
        if found is None:
            return "Cannot be told: a dose has no amount"
        if found == 0:
            return "The count adds up"
        if found < 0:
            return f"{_mg(-found)} less than there should be: used early, or lost"
        return f"{_mg(found)} more than there should be: a dose not taken, or a miscount"


def balance(
    *,
    supplied: Iterable[Amount],
    taken: Iterable[Amount],
    returned: Iterable[Amount],
    counted: Iterable[Amount],
) -> Balance:
    """Return the balance at the newest count; without a count, of everything on record.

    Doses before the first supply were of another supply and do not count.
    """
    supplies, counts = list(supplied), list(counted)
    first = min((utc(one.at) for one in supplies), default=None)
    newest = max(counts, key=lambda one: utc(one.at), default=None)
    until = utc(newest.at) if newest else None

    def within(several: Iterable[Amount]) -> list[Amount]:
        if first is None:
            return []
        return [
            one
            for one in several
            if first <= utc(one.at) and (until is None or utc(one.at) <= until)
        ]

    doses = within(taken)
    into, out = _sum(within(supplies)), _sum(within(returned))
    used = None if any(one.mg is None for one in doses) else _sum(doses)
    return Balance(
        supplied=into, taken=used, returned=out,
        expected=None if used is None or first is None else into - used - out,
        counted=newest.mg if newest else None, counted_at=until,
    )  # fmt: skip


def _sum(several: Iterable[Amount]) -> Fraction:
    return sum((one.mg for one in several if one.mg is not None), Fraction(0))


def _mg(amount: Fraction) -> str:
    return f"{float(amount):g} mg"
