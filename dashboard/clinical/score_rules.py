"""How a score is made from answers: a closed list of operations, and no formula language."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

from dashboard.clinical.evidence import ChangeLimits, Chart, refuse_bad_mark
from dashboard.clinical.exact import Exact, simplest
from dashboard.clinical.items import refuse_bad_codes
from dashboard.clinical.misfit import Misfit, refuse_repeats


class Operation(StrEnum):
    """Everything a score can be."""

    SUM = "sum"
    MEAN = "mean"
    COUNT_GE = "count_ge"
    SUM_OF_GROUP_MAX = "sum_of_group_max"
    MEAN_OF_SCORES = "mean_of_scores"
    SUM_OF_SCORES = "sum_of_scores"
    MAX = "max"
    VALUE = "value"

    @property
    def is_over_scores(self) -> bool:
        """Say whether it is made from other scores instead of answers."""
        return self in (Operation.MEAN_OF_SCORES, Operation.SUM_OF_SCORES)


class Direction(StrEnum):
    """Which way a score gets worse; an axis is never flipped silently."""

    HIGHER_WORSE = "higher_worse"
    HIGHER_BETTER = "higher_better"


class MissingMethod(StrEnum):
    """What happens to a score when answers are missing."""

    NONE = "none"
    PRORATE = "prorate"
    GROUP_MEDIAN_CEIL = "group_median_ceil"
    ZERO_IF_GATE = "zero_if_gate"


class MissingBasis(StrEnum):
    """Whose rule for missing answers it is."""

    PUBLISHED = "published"
    CONVENTION = "convention"
    POLICY = "policy"


@dataclass(frozen=True)
class Missing:
    """The rule for missing answers; `none` means that every answer is needed."""

    method: MissingMethod
    basis: MissingBasis
    min_answered: int | None = None
    max_missing_per_group: int | None = None
    gate: str | None = None
    citation: str | None = None

    def __post_init__(self) -> None:
        belongs = {
            "min_answered": MissingMethod.PRORATE,
            "max_missing_per_group": MissingMethod.GROUP_MEDIAN_CEIL,
            "gate": MissingMethod.ZERO_IF_GATE,
        }
        for name, method in belongs.items():
            if (getattr(self, name) is not None) != (self.method is method):
                raise Misfit(f"{name} belongs to {method} and to nothing else", at=name)


@dataclass(frozen=True)
class Band:
    """A severity band: from `start` (inclusive) to `end` (exclusive)."""

    start: Fraction
    end: Fraction
    id: str
    label: str

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise Misfit(f"the band ends at {self.end} and starts at {self.start}", at="to")


@dataclass(frozen=True)
class ScoreRule:
    """One score: its operation, what it is made of, its range, bands and limits of change.

    `items` are the answers it rests on, `groups` their grouping for group operations,
    `one_of` the sets of which a single answer is enough, `of` the scores it is made from.
    """

    id: str
    label: str
    op: Operation
    lowest: Fraction
    highest: Fraction
    direction: Direction
    missing: Missing
    chart: Chart
    items: tuple[str, ...] = ()
    groups: tuple[tuple[str, ...], ...] = ()
    one_of: tuple[tuple[str, ...], ...] = ()
    of: tuple[str, ...] = ()
    count_ge: Fraction | None = None
    multiply: Fraction = Fraction(1)
    decimals: int = 0
    is_primary: bool = False
    bands: tuple[Band, ...] = ()
    change: ChangeLimits | None = None
    codes: tuple[tuple[str, str], ...] = ()
    verified: str | None = None

    def __post_init__(self) -> None:
        if self.verified is not None:
            refuse_bad_mark(self.verified)
        self._refuse_wrong_parts()
        self._refuse_wrong_missing_rule()
        self._refuse_wrong_numbers()
        refuse_repeats([band.id for band in self.bands], at="bands")
        self._refuse_untiled_range()
        refuse_bad_codes(self.codes)

    @property
    def is_unverified(self) -> bool:
        """Say whether its key could not be checked against the source, which pages must show."""
        return self.verified == "no"

    def band(self, value: Fraction) -> Band | None:
        """Return the severity band of a score, or None when the instrument has no bands."""
        place = bisect_right(self._starts, simplest(value)) - 1
        found = self.bands[place] if place >= 0 else None
        return found if found is not None and value < found.end else None

    @cached_property
    def factor(self) -> Exact:
        """What the operation's outcome is multiplied by."""
        return simplest(self.multiply)

    @cached_property
    def _starts(self) -> list[Exact]:
        return [simplest(band.start) for band in self.bands]

    def _refuse_wrong_parts(self) -> None:
        if bool(self.of) != self.op.is_over_scores:
            raise Misfit(
                f"of belongs to the operations over scores, and {self.op} is "
                f"{'one' if self.op.is_over_scores else 'none'}",
                at="of",
            )
        if bool(self.items) == self.op.is_over_scores:
            raise Misfit(f"{self.op} needs {'no items' if self.items else 'items'}", at="items")
        if len(set(self.items)) < len(self.items):
            raise Misfit("an item is listed twice", at="items")
        if self.op is Operation.VALUE and len(self.items) != 1:
            raise Misfit("value takes exactly one item", at="items")
        self._refuse_wrong_groups()

    def _refuse_wrong_groups(self) -> None:
        takes_groups = (
            self.op is Operation.SUM_OF_GROUP_MAX
            or self.missing.method is MissingMethod.GROUP_MEDIAN_CEIL
        )
        if bool(self.groups) != takes_groups:
            raise Misfit(f"groups are {'missing' if takes_groups else 'not used'}", at="groups")
        grouped = [item for group in self.groups for item in group]
        if self.groups and sorted(grouped) != sorted(self.items):
            raise Misfit("groups must hold every item of the score once", at="groups")
        if any(not set(either) <= set(self.items) for either in self.one_of):
            raise Misfit("one_of names an item outside the score", at="one_of")
        if self.one_of and self.op not in (Operation.SUM_OF_GROUP_MAX, Operation.MAX):
            raise Misfit("one_of belongs to max and sum_of_group_max", at="one_of")

    def _refuse_wrong_missing_rule(self) -> None:
        method, least = self.missing.method, self.missing.min_answered
        allowed: Sequence[Operation] = {
            MissingMethod.PRORATE: (Operation.SUM, Operation.MEAN),
            MissingMethod.GROUP_MEDIAN_CEIL: (Operation.SUM,),
        }.get(method, tuple(Operation))
        if self.op not in allowed:
            raise Misfit(f"{method} does not go with {self.op}", at="missing.method")
        if method is MissingMethod.ZERO_IF_GATE and self.op.is_over_scores:
            raise Misfit(f"{method} does not go with {self.op}", at="missing.method")
        if least is not None and not 1 <= least <= len(self.items):
            raise Misfit(f"must lie between 1 and {len(self.items)}", at="missing.min_answered")
        most = self.missing.max_missing_per_group
        if most is not None and not 1 <= most < min(map(len, self.groups)):
            raise Misfit(
                "must be at least 1 and leave an answer in every group",
                at="missing.max_missing_per_group",
            )

    def _refuse_wrong_numbers(self) -> None:
        if self.lowest >= self.highest:
            raise Misfit(f"the range runs from {self.lowest} to {self.highest}", at="range")
        if self.multiply <= 0:
            raise Misfit("a factor is above 0", at="multiply")
        if not 0 <= self.decimals <= 4:
            raise Misfit("a score is shown with 0 to 4 decimals", at="decimals")
        if (self.count_ge is not None) != (self.op is Operation.COUNT_GE):
            raise Misfit(
                "count_ge belongs to the operation count_ge and to no other", at="count_ge"
            )
        if self.chart.y_min > self.lowest or self.chart.y_max < self.highest:
            raise Misfit("the axis must show the full range", at="chart")
        c = self.change.c if self.change else None
        if c is not None and not self.lowest <= c <= self.highest:
            raise Misfit("c lies outside the score's range", at="change.c")

    def _refuse_untiled_range(self) -> None:
        """Bands meet edge to edge, from the lowest score to one above the highest."""
        due = self.lowest
        for index, band in enumerate(self.bands):
            if band.start != due:
                fault = "a hole" if band.start > due else "an overlap"
                raise Misfit(
                    f"{fault}: the band starts at {band.start}, it must start at {due}",
                    at=f"bands[{index}].from",
                )
            due = band.end
        if self.bands and due != self.highest + 1:
            raise Misfit(
                f"the last band ends at {due}, it must end at {self.highest + 1}",
                at=f"bands[{len(self.bands) - 1}].to",
            )
