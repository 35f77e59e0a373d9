"""The words for a change: a few for a table, one sentence under a chart."""

from dataclasses import dataclass
from fractions import Fraction

from dashboard.clinical.definition import Instrument
from dashboard.clinical.exact import shown
from dashboard.clinical.score_rules import Direction, ScoreRule


@dataclass(frozen=True)
class Words:
    """How one score of one instrument is spoken of."""

    instrument: Instrument
    rule: ScoreRule

    def short(
        self, before: Fraction | None, after: Fraction | None, *, reliable: int | None
    ) -> str:
        """Return words like "Reliable, -10", "Reliably worse, +7" or "Not reliable, -3"."""
        if before is None or after is None:
            return "Cannot judge"
        sign = "+" if after > before else ""
        verdict = {1: "Reliable", 0: "Not reliable", -1: "Reliably worse"}.get(
            reliable if reliable is not None else 2, "Cannot tell"
        )
        return f"{verdict}, {sign}{self._number(after - before)}"

    def sentence(
        self,
        before: Fraction | None,
        after: Fraction | None,
        *,
        reliable: int | None,
        days: int,
        in_range: bool | None,
        was_in_range: bool | None,
        best: Fraction | None,
    ) -> str:
        """Return a sentence like "PHQ-9 19 to 9 in 62 days: reliable improvement (6 or more)"."""
        lead = f"{self._name} {self._number(before)} to {self._number(after)} {_within(days)}"
        pieces = [f"{lead}: {self._verdict(reliable)}"]
        if in_range is not None:
            now = "still" if in_range == was_in_range else "now"
            pieces.append(f"{now} {self._side(is_clinical=in_range)}")
        if best is not None:
            pieces.append(f"losing gains (best was {self._number(best)})")
        return ", ".join(pieces)

    def unjudged(
        self,
        before: Fraction | None,
        after: Fraction | None,
        *,
        bounds: tuple[Fraction, Fraction] | None,
        reason: str,
    ) -> str:
        """Return a sentence that says what is known and why it cannot be judged."""
        lead = self._name
        if bounds is not None:
            lead += f" between {self._number(bounds[0])} and {self._number(bounds[1])}"
        elif before is not None and after is not None and reason != "this is the baseline":
            lead += f" {self._number(before)} to {self._number(after)}"
        elif after is not None:
            lead += f" {self._number(after)}"
        return f"{lead}: cannot judge, {reason}"

    @property
    def _name(self) -> str:
        is_main = self.rule.is_primary
        return self.instrument.short if is_main else f"{self.instrument.short} {self.rule.label}"

    def _verdict(self, reliable: int | None) -> str:
        limit = self._limit(is_reached=reliable != 0)
        verdicts = {1: "reliable improvement", 0: "no reliable change", -1: "reliably worse"}
        known = verdicts.get(2 if reliable is None else reliable)
        return f"{known} ({limit})" if known else f"cannot tell whether reliable ({limit})"

    def _limit(self, *, is_reached: bool) -> str:
        if self.rule.change is None:
            raise LookupError(f"{self._name} has no limits of change")
        points = self._number(self.rule.change.rci_points)
        limit = f"{points} or more" if is_reached else f"less than {points}"
        return f"{limit}, provisional limit" if self.rule.change.is_provisional else limit

    def _side(self, *, is_clinical: bool) -> str:
        if self.rule.change is None or self.rule.change.c is None:
            raise LookupError(f"{self._name} has no clinical range")
        higher_worse = self.rule.direction is Direction.HIGHER_WORSE
        side = "above" if is_clinical == higher_worse else "below"
        c = self._number(self.rule.change.c)
        includes_c = is_clinical != self.rule.change.c_itself_is_healthy
        if not includes_c:
            return f"{side} {c}"
        return f"{c} or {'more' if side == 'above' else 'less'}"

    def _number(self, value: Fraction | None) -> str:
        return "none" if value is None else shown(value, decimals=self.rule.decimals)


def _within(days: int) -> str:
    if days == 0:
        return "on the same day"
    return f"in {days} day" if days == 1 else f"in {days} days"
