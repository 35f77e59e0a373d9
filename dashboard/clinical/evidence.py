"""What an instrument rests on: licence, use, cut-offs, norms and limits of change, with sources.

`verified` marks are those of the clinical reference: V:KEY seen in that source, M-hi, M-med and
M-lo from memory with that confidence, "provisional" assumed until the clinic's own figures exist,
"no" not checked.
"""

import math
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from dashboard.clinical.logic import Op
from dashboard.clinical.misfit import Misfit

_MARK = re.compile(r"V(:[A-Za-z0-9]+(,[A-Za-z0-9]+)*)?|M-hi|M-med|M-lo|provisional|no")
_Z_95 = 1.96  # two-sided 95 %: Jacobson & Truax 1991


class Permission(StrEnum):
    """Whether a licence allows something."""

    YES = "yes"
    NO = "no"
    ASK = "ask"


class LimitBasis(StrEnum):
    """Where a limit of change comes from."""

    PUBLISHED = "published"
    COMPUTED = "computed"


class ReliabilityKind(StrEnum):
    """Which reliability a computed limit used; they are never mixed silently."""

    RETEST = "retest"
    ICC = "icc"
    ALPHA = "alpha"


def refuse_bad_mark(mark: str) -> None:
    """Raise Misfit unless this is one of the marks that say how well a fact was verified."""
    if not _MARK.fullmatch(mark):
        raise Misfit(
            f'"{mark}" is no verification mark (V:KEY, M-hi, M-med, M-lo, provisional, no)',
            at="verified",
        )


@dataclass(frozen=True)
class Licence:
    """On what terms the instrument may be used and printed."""

    spdx_or_text: str
    text_included: bool
    commercial_use: Permission
    redistribution: Permission
    verified: str
    attribution: str | None = None
    source_url: str | None = None
    verified_on: date | None = None
    verified_by: str | None = None
    notes: str | None = None

    def __post_init__(self) -> None:
        refuse_bad_mark(self.verified)
        if self.text_included and self.redistribution is not Permission.YES:
            raise Misfit(
                "item text may ship only where redistribution is allowed", at="text_included"
            )


@dataclass(frozen=True)
class Administration:
    """Who answers, about which days, and how often at most.

    `is_once` says that it is asked once and never on a schedule; `mode` how it may be answered.
    """

    respondent: str
    recall_days: int | None
    recall_words: str
    min_interval_days: int
    default_interval_days: int
    instructions: str | None = None
    minutes: int | None = None
    after: str | None = None
    age_min: int | None = None
    age_max: int | None = None
    not_for: tuple[str, ...] = ()
    notes: str | None = None
    mode: tuple[str, ...] = ()
    overlap_reason: str | None = None
    is_once: bool = False

    def __post_init__(self) -> None:
        if self.min_interval_days < 1 or self.default_interval_days < self.min_interval_days:
            raise Misfit(
                "the usual interval must be at least the shortest, and that at least 1",
                at="default_interval_days",
            )

    @property
    def shortest_interval_days(self) -> int:
        """The fewest days from one form to the next, so that no day is asked about twice.

        Where the source itself repeats a form within its recall window, `overlap_reason` says so,
        and the source's interval counts.
        """
        if self.overlap_reason is not None:
            return self.min_interval_days
        return max(self.min_interval_days, self.recall_days or 1)


@dataclass(frozen=True)
class Cutoff:
    """A published threshold, for whom, and how well it separates there (0 to 1)."""

    score: str
    op: Op
    value: Fraction
    label: str
    population: str
    verified: str
    sens: Decimal | None = None
    spec: Decimal | None = None
    citation: str | None = None
    is_default: bool = False

    def __post_init__(self) -> None:
        refuse_bad_mark(self.verified)
        for name, share in (("sens", self.sens), ("spec", self.spec)):
            if share is not None and not 0 <= share <= 1:
                raise Misfit("a share lies between 0 and 1", at=name)


@dataclass(frozen=True)
class Psychometric:
    """How a score behaved in one sample."""

    score: str
    population: str
    verified: str
    n: int | None = None
    mean: Decimal | None = None
    sd: Decimal | None = None
    alpha: Decimal | None = None
    retest_r: Decimal | None = None
    retest_days: int | None = None
    citation: str | None = None

    def __post_init__(self) -> None:
        refuse_bad_mark(self.verified)
        if self.sd is not None and self.sd <= 0:
            raise Misfit("a standard deviation is above 0", at="sd")
        for name, share in (("alpha", self.alpha), ("retest_r", self.retest_r)):
            if share is not None and not 0 <= share <= 1:
                raise Misfit("a reliability lies between 0 and 1", at=name)


@dataclass(frozen=True)
class Response:
    """What counts as response: a fall of so many points or percent from baseline."""

    kind: str
    value: Fraction
    requires_baseline_ge: Fraction | None = None

    def __post_init__(self) -> None:
        if self.kind not in ("pct", "points"):
            raise Misfit("response is in pct or in points", at="type")


@dataclass(frozen=True)
class Remission:
    """What counts as remission, held for so many weeks where the source says so."""

    op: Op
    value: Fraction
    weeks: int | None = None


@dataclass(frozen=True)
class ChangeLimits:
    """How many points are a reliable change, and where the clinical range begins (`c`)."""

    rci_points: Fraction
    basis: LimitBasis
    verified: str
    sd: Decimal | None = None
    reliability: Decimal | None = None
    reliability_kind: ReliabilityKind | None = None
    c: Fraction | None = None
    c_basis: str | None = None
    c_itself_is_healthy: bool = False
    mcid: Fraction | None = None
    response: Response | None = None
    remission: Remission | None = None
    citation: str | None = None
    notes: str | None = None

    def __post_init__(self) -> None:
        refuse_bad_mark(self.verified)
        if self.rci_points <= 0:
            raise Misfit("a reliable change is more than 0 points", at="rci_points")
        if (self.c is None) != (self.c_basis is None):
            raise Misfit("c and c_basis belong together", at="c_basis")
        if self.basis is LimitBasis.COMPUTED:
            self._refuse_wrong_sum()

    @property
    def is_provisional(self) -> bool:
        """Say whether the limit rests on an assumption and must be shown as provisional."""
        return self.verified == "provisional"

    def _refuse_wrong_sum(self) -> None:
        """Recompute 1.96 x sqrt(2) x SD x sqrt(1 - r); the file may round it up to a point."""
        if self.sd is None or self.reliability is None or self.reliability_kind is None:
            raise Misfit("a computed limit needs sd, reliability and reliability_kind", at="basis")
        if self.sd <= 0 or not 0 <= self.reliability < 1:
            raise Misfit("needs sd above 0 and a reliability from 0 to below 1", at="reliability")
        points = _Z_95 * math.sqrt(2 * (1 - self.reliability)) * float(self.sd)
        if not points - 0.005 <= self.rci_points < points + 1:
            raise Misfit(f"sd and reliability give {points:.2f} points", at="rci_points")


@dataclass(frozen=True)
class Chart:
    """How a score is drawn: the full range always, and no line across a longer gap (days)."""

    y_min: Fraction
    y_max: Fraction
    reverse_axis: bool = False
    lines: tuple[Fraction, ...] = ()
    max_gap_days: int | None = None
    hide_from_patient: bool = True
