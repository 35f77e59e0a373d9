"""Answers that a questionnaire of a given total could have: likely items first, gates kept.

Which items are likely belongs to the clinical picture; the weights only shape synthetic answers.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

HIGHEST = 3  # all three questionnaires answer from 0 to 3
Weights = Mapping[str, float]

# An item without a weight is answered 0: nobody who restricts reports binges here.
RESTRICTING: Weights = {
    "1": 3.0, "2": 2.2, "3": 2.4, "4": 2.6, "5": 3.0, "6": 2.6, "8": 1.8, "11": 3.0, "12": 2.8,
}  # fmt: skip
PURGING: Weights = {
    "1": 2.2, "2": 1.6, "3": 2.0, "4": 2.4, "5": 2.6, "6": 2.4, "7": 2.3, "8": 1.2, "9": 2.3,
    "10": 2.0, "11": 2.8, "12": 2.8,
}  # fmt: skip
BINGEING: Weights = {
    "1": 1.4, "3": 2.0, "4": 1.8, "5": 1.4, "6": 2.0, "9": 2.9, "10": 2.8, "11": 2.6, "12": 2.8,
}  # fmt: skip
EDEQS: Mapping[str, Weights] = {
    "restricting": RESTRICTING, "purging": PURGING, "bingeing": BINGEING,
}  # fmt: skip
PHQ9: Weights = {
    "1": 2.0, "2": 2.4, "3": 2.0, "4": 2.4, "5": 2.2, "6": 2.4, "7": 1.6, "8": 0.8,
}  # fmt: skip
GAD7: Weights = {"1": 2.4, "2": 2.4, "3": 2.2, "4": 2.0, "5": 1.0, "6": 1.6, "7": 1.6}


class Unreachable(ValueError):
    """No answers of this picture give the wanted total."""


def edeqs(total: int, *, picture: str, rng: random.Random) -> dict[str, int | None]:
    """Answer the EDE-QS; item 10 is answered only after item 9, and never with more days."""
    levels = _spread(total, EDEQS[picture], rng, after={"10": "9"})
    given: dict[str, int | None] = {str(n): levels.get(str(n), 0) for n in range(1, 13)}
    if given["9"] == 0:
        given["10"] = None
    return given


def phq9(total: int, *, item9: int, rng: random.Random) -> dict[str, int | None]:
    """Answer the PHQ-9 with item 9 as told; difficulty (item 10) is asked when there is any."""
    levels = _spread(total - item9, PHQ9, rng)
    given: dict[str, int | None] = {str(n): levels.get(str(n), 0) for n in range(1, 9)}
    given["9"] = item9
    given["10"] = min(HIGHEST, round(total / 8)) if total else None
    return given


def gad7(total: int, *, rng: random.Random) -> dict[str, int | None]:
    """Answer the GAD-7."""
    return {name: level for name, level in _spread(total, GAD7, rng).items()}


def without(answers: Mapping[str, int | None], blank: Sequence[str]) -> dict[str, int | None]:
    """Return the answers with some left blank."""
    return {name: None if name in blank else value for name, value in answers.items()}


def _spread(
    total: int, weights: Weights, rng: random.Random, *, after: Mapping[str, str] | None = None
) -> dict[str, int]:
    """Give out the total point by point; `after` names the item another one may not exceed."""
    levels = dict.fromkeys(weights, 0)
    for _ in range(total):
        free = [
            name
            for name, level in levels.items()
            if level < HIGHEST and level < levels.get((after or {}).get(name, ""), HIGHEST)
        ]
        if not free:
            raise Unreachable(f"{total} cannot be reached")
        levels[max(free, key=lambda n: weights[n] - 0.9 * levels[n] + 0.7 * rng.random())] += 1
    return levels
