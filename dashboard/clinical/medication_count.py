"""The medication ledger: supplied = taken + left + returned, in mg; and whether it adds up.

What is not known makes the balance unknown: a dose without an amount, no count on camera, a count
with nothing to compare it with. Less left than expected is use beyond the plan, or loss; more is a
dose not taken, or a miscount.
Source: clearance reference 2.3 and 2.6, item 11 (count on camera); the arithmetic needs no number.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction

from dashboard.clinical.baseline import day_words
from dashboard.clinical.instants import utc


class Move(StrEnum):
    """What happened to the medicine; of one instant they count in this order.

    A pre-flight counts before its dose (item 11), so a dose of the very moment of a count is not in
    it: read the other way round, a dose used early would look like that one.
    """

    SUPPLIED = "supplied"
    RETURNED = "returned"
    COUNTED = "counted"
    TAKEN = "taken"


ORDER = list(Move)


@dataclass(frozen=True)
class Amount:
    """So many mg at an instant; `mg` None is a dose whose amount nobody wrote down.

    `ref` names its record for whoever shows it.
    """

    at: datetime
    mg: Fraction | None
    ref: str = ""


@dataclass(frozen=True)
class Line:
    """One move with what should be left after it, in mg; None is "not known".

    `difference` is said of a count: counted less expected; below 0 there is less than there should
    be. `is_since_count` says that it is told from the count before, as not everything before that
    one is known. `is_counting` is False for what came before the ledger began.
    """

    move: Move
    amount: Amount
    expected: Fraction | None
    difference: Fraction | None = None
    is_since_count: bool = False
    is_counting: bool = True


@dataclass(frozen=True)
class Balance:
    """The ledger up to its newest count, in mg; None is "not known".

    `expected` is what should be left at `counted_at`, `counted` what was; `difference` is counted
    less expected. `left` is what should be there now: by the newest count where there is one.
    """

    supplied: Fraction | None
    taken: Fraction | None
    returned: Fraction | None
    expected: Fraction | None
    counted: Fraction | None
    counted_at: datetime | None
    difference: Fraction | None = None
    is_since_count: bool = False
    left: Fraction | None = None
    is_begun: bool = True

    @property
    def is_right(self) -> bool | None:
        """Whether it adds up; None when that is not known.

        What adds up since a count is not known to add up before it; what does not, does not.
        """
        if self.difference is None or (self.is_since_count and self.difference == 0):
            return None
        return self.difference == 0

    @property
    def overdrawn(self) -> str:
        """Say that more is gone than there was; empty where that is not so."""
        if self.left is None or self.left >= 0:
            return ""
        return f"{mg(-self.left)} more is gone than was there: a supply or a dose is not right"

    @property
    def words(self) -> str:
        """What the ledger says."""
        if not self.is_begun:
            return "No supply and no count is on record"
        if self.counted is None:
            return "The medicine has not been counted"
        if self.difference is None:
            return _untold(self)
        since = " since the count before" if self.is_since_count else ""
        if self.difference == 0:
            unsaid = "; before it an amount is not known" if self.is_since_count else ""
            return f"The count adds up{since}{unsaid}"
        return f"{off_by(self.difference)}{since}"


@dataclass(frozen=True)
class Reach:
    """Whether what is left lasts for the doses that are planned until the supply should end.

    `left` and `needed` in mg; None is "not known". `until` is the last day of the supply by what
    was prescribed: from then on a refill is due. `today` tells whether that day has passed.
    """

    left: Fraction | None
    needed: Fraction | None
    sessions: int
    until: date
    today: date

    @property
    def is_enough(self) -> bool | None:
        """Whether it lasts; None when that is not known."""
        if self.left is None or self.needed is None:
            return None
        return self.left >= self.needed

    @property
    def words(self) -> str:
        """What the supply says about the next refill."""
        day = day_words(self.until)
        if self.left is None:
            return f"Whether the medicine lasts until {day} is not known: what is left is not known"
        if self.until < self.today:
            return f"The supply should have ended on {day}; {mg(self.left)} should be there still"
        if self.needed is None:
            return f"Whether {mg(self.left)} lasts until {day} is not known: a dose is not said"
        planned = {0: "no planned session", 1: "1 planned session"}.get(
            self.sessions, f"{self.sessions} planned sessions"
        )
        if self.left < self.needed:
            short = mg(self.needed - self.left)
            return f"{short} short for {planned} until {day}, when the supply should end"
        over = mg(self.left - self.needed)
        return f"{over} will be over after {planned} until {day}, when the supply should end"


def lines(
    *,
    supplied: Iterable[Amount],
    taken: Iterable[Amount],
    returned: Iterable[Amount],
    counted: Iterable[Amount],
) -> tuple[Line, ...]:
    """Return every move, oldest first, with what should be left after it.

    The ledger begins at the first supply or count: a first count stands for all that was supplied
    before it, and doses before were of another supply.
    """
    moves = [
        (move, one)
        for move, several in (
            (Move.SUPPLIED, supplied), (Move.RETURNED, returned), (Move.COUNTED, counted),
            (Move.TAKEN, taken),
        )
        for one in several
    ]  # fmt: skip
    moves.sort(key=lambda pair: (utc(pair[1].at), ORDER.index(pair[0])))
    running = _Running()
    return tuple(running.line(move, one) for move, one in moves)


def balance(
    *,
    supplied: Iterable[Amount],
    taken: Iterable[Amount],
    returned: Iterable[Amount],
    counted: Iterable[Amount],
) -> Balance:
    """Return the balance at the newest count; without a count, of everything on record."""
    return balance_of(lines(supplied=supplied, taken=taken, returned=returned, counted=counted))


def balance_of(found: Sequence[Line]) -> Balance:
    """Return the balance that lines come to."""
    counting = [one for one in found if one.is_counting]
    counts = [n for n, one in enumerate(counting) if one.move is Move.COUNTED]
    until = counting[: counts[-1] + 1] if counts else counting
    newest = until[-1] if counts else None
    return Balance(
        supplied=_sum(until, Move.SUPPLIED), taken=_sum(until, Move.TAKEN),
        returned=_sum(until, Move.RETURNED),
        expected=_before(until) if counts else _last(until),
        counted=newest.amount.mg if newest else None,
        counted_at=utc(newest.amount.at) if newest else None,
        difference=newest.difference if newest else None,
        is_since_count=newest.is_since_count if newest else False,
        left=_left(counting, counts[-1]) if counts else _last(counting),
        is_begun=bool(counting),
    )  # fmt: skip


def reach(
    left: Fraction | None, *, planned: Iterable[Fraction | None], until: date, today: date
) -> Reach:
    """Return whether what is left lasts for the planned doses (mg) until a day."""
    doses = list(planned)
    known = [one for one in doses if one is not None]
    needed = sum(known, Fraction(0)) if len(known) == len(doses) else None
    return Reach(left, needed, len(doses), until, today)


def off_by(difference: Fraction) -> str:
    """Say in words what a difference means."""
    if difference < 0:
        return f"{mg(-difference)} less than there should be: used early, or lost"
    return f"{mg(difference)} more than there should be: a dose not taken, or a miscount"


def mg(amount: Fraction) -> str:
    """Return an amount as it is written: no zeros at its end, nothing rounded away."""
    if amount.denominator == 1:
        return f"{amount.numerator} mg"
    return f"{float(amount):.4f}".rstrip("0").rstrip(".") + " mg"


class _Running:
    """What should be left: of everything, and from the last count on; None is "not known"."""

    def __init__(self) -> None:
        self.is_begun = False
        self.of_all: Fraction | None = None
        self.since_count: Fraction | None = None

    def line(self, move: Move, one: Amount) -> Line:
        if not self.is_begun:
            if move not in {Move.SUPPLIED, Move.COUNTED}:
                return Line(move, one, None, is_counting=False)
            self.is_begun = True
            self.of_all = one.mg
            self.since_count = one.mg if move is Move.COUNTED else None
            return Line(move, one, self.of_all)
        if move is Move.COUNTED:
            return self._count(one)
        sign = 1 if move is Move.SUPPLIED else -1
        self.of_all = _moved(self.of_all, one.mg, sign)
        self.since_count = _moved(self.since_count, one.mg, sign)
        return Line(move, one, self.of_all)

    def _count(self, one: Amount) -> Line:
        is_since = self.of_all is None
        expected = self.since_count if is_since else self.of_all
        known = expected is not None and one.mg is not None
        difference = one.mg - expected if expected is not None and one.mg is not None else None
        self.since_count = one.mg
        return Line(Move.COUNTED, one, self.of_all, difference, is_since and known)


def _moved(left: Fraction | None, by: Fraction | None, sign: int) -> Fraction | None:
    return None if left is None or by is None else left + sign * by


def _sum(found: Sequence[Line], move: Move) -> Fraction | None:
    """Add up one kind of move; None where one of them is not known."""
    amounts = [one.amount.mg for one in found if one.move is move]
    known = [one for one in amounts if one is not None]
    return sum(known, Fraction(0)) if len(known) == len(amounts) else None


def _last(found: Sequence[Line]) -> Fraction | None:
    return found[-1].expected if found else None


def _before(until: Sequence[Line]) -> Fraction | None:
    """Return what should have been there at a count; a first count is compared with nothing."""
    return until[-1].expected if len(until) > 1 else None


def _left(counting: Sequence[Line], count: int) -> Fraction | None:
    """Return what is left by a count and what happened since."""
    left = counting[count].amount.mg
    for one in counting[count + 1 :]:
        left = _moved(left, one.amount.mg, 1 if one.move is Move.SUPPLIED else -1)
    return left


def _untold(found: Balance) -> str:
    if found.expected is None and found.taken is None:
        return "Cannot be told: a dose has no amount"
    return "Cannot be told: there is nothing that the first count could be compared with"
