"""What a score can possibly be: its stated range must be the one that its items give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.clinical.exact import Part
from dashboard.clinical.misfit import Misfit
from dashboard.clinical.operations import work_out
from dashboard.clinical.score_rules import MissingMethod, ScoreRule

if TYPE_CHECKING:
    from dashboard.clinical.definition import Instrument


def refuse_wrong_range(instrument: Instrument, rule: ScoreRule, *, at: str) -> None:
    """Raise Misfit unless a wholly blank form has exactly the stated range as its bounds."""
    _refuse_unequal_items(instrument, rule, at=f"{at}.missing")
    blank = {
        name: Part(None, item.worth_bounds.lo, item.worth_bounds.hi, frozenset({name}))
        for name, item in instrument.items_by_id.items()
    }
    for earlier in instrument.scores:
        blank[earlier.id] = work_out(earlier, blank, gate_is_closed=None)
        if earlier is rule:
            break
    made = blank[rule.id]
    if (made.lo, made.hi) != (rule.lowest, rule.highest):
        raise Misfit(
            f"the items give {made.lo} to {made.hi}, the file says {rule.lowest} to {rule.highest}",
            at=f"{at}.range",
        )


def _refuse_unequal_items(instrument: Instrument, rule: ScoreRule, *, at: str) -> None:
    """Refuse to fill blanks in from other answers when those are worth more or less."""
    if rule.missing.method not in (MissingMethod.PRORATE, MissingMethod.GROUP_MEDIAN_CEIL):
        return
    bounds = {instrument.item(name).worth_bounds for name in rule.items}
    if len(bounds) > 1:
        raise Misfit("answers can stand in for each other only when all are worth the same", at=at)
