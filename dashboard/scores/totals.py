"""Totals without the answers behind them, as a letter or an old file gives them.

They are stored as a response without answers. What its safety questions said is not known, which
is a follow-up and never a "no".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType

from dashboard.clinical import instruments
from dashboard.clinical.instruments import Instrument, Result
from dashboard.scores.readings import written

NO_ITEMS = "Items not recorded"
NONE_RECORDED = "{}"


class BadTotal(ValueError):
    """A total that the instrument cannot give; str() names the score and its range."""

    def __init__(self, score: str, why: str) -> None:
        super().__init__(why)
        self.score = score


def result_of(instrument: Instrument, totals: Mapping[str, Fraction]) -> Result:
    """Return a result that holds these totals and nothing else; raises BadTotal."""
    blank = instruments.score(instrument, {})
    known = {}
    for name, value in totals.items():
        if name not in instrument.rules_by_score:
            raise BadTotal(name, f'{instrument.short} has no score "{name[:40]}"')
        rule = instrument.score_rule(name)
        if not rule.lowest <= value <= rule.highest:
            low, high = (written(instrument, name, end) for end in (rule.lowest, rule.highest))
            raise BadTotal(name, f"{rule.label}: enter a number from {low} to {high}")
        known[name] = replace(
            blank.scores[name], value=value, lo=value, hi=value, n_answered=0, prorated=False,
            band=rule.band(value),
        )  # fmt: skip
    if not known:
        raise BadTotal("", f"{instrument.short}: enter at least one score")
    return replace(
        blank,
        answers=MappingProxyType({}),
        scores=MappingProxyType(known),
        messages=(f"{NO_ITEMS}: only totals are known.",),
    )
