"""The closed list of score operations, carried out exactly.

Every operation only rises with its parts, so the bounds of a score are the operation applied to
the lowest and to the highest values of the blanks; a rule for missing answers only fills blanks in.
"""

from collections.abc import Mapping
from fractions import Fraction

from dashboard.clinical.exact import Exact, Part, median_rounded_up
from dashboard.clinical.score_rules import MissingMethod, Operation, ScoreRule


def work_out(
    rule: ScoreRule, parts: Mapping[str, Part], *, gate_is_closed: bool | None = False
) -> Part:
    """Make a score from its parts; `gate_is_closed` is what zero_if_gate asks for."""
    asked = {name: parts[name] for name in rule.of or rule.items}
    used = _without_excused(rule, asked)
    score = Part(
        value=_value(rule, used),
        lo=_apply(rule, {name: part.lo for name, part in used.items()}),
        hi=_apply(rule, {name: part.hi for name, part in used.items()}),
        blanks=frozenset(name for part in asked.values() if part.blanks for name in part.blanks),
        prorated=any(part.prorated for part in used.values()) or _needs_filling(used),
    )
    if rule.missing.method is MissingMethod.ZERO_IF_GATE:
        return _behind_gate(score, is_closed=gate_is_closed)
    return score


def _apply(rule: ScoreRule, worth: Mapping[str, Exact]) -> Exact:
    """Carry out the operation on complete parts."""
    match rule.op:
        case Operation.SUM | Operation.SUM_OF_SCORES:
            made: Exact = sum(worth.values())
        case Operation.MEAN | Operation.MEAN_OF_SCORES:
            made = Fraction(sum(worth.values())) / len(worth)
        case Operation.COUNT_GE:
            made = sum(rule.count_ge is not None and w >= rule.count_ge for w in worth.values())
        case Operation.MAX | Operation.VALUE:
            made = max(worth.values())
        case Operation.SUM_OF_GROUP_MAX:
            made = sum(max(worth[i] for i in group if i in worth) for group in rule.groups)
    return made if rule.factor == 1 else made * rule.factor


def _without_excused(rule: ScoreRule, asked: Mapping[str, Part]) -> dict[str, Part]:
    """Leave out the blanks that are legitimate because another of their set is answered."""
    used = dict(asked)
    for either in rule.one_of:
        if any(not used[name].blanks for name in either):
            for name in [name for name in either if used[name].blanks]:
                del used[name]
    return used


def _value(rule: ScoreRule, used: Mapping[str, Part]) -> Exact | None:
    given = {name: part.value for name, part in used.items() if part.value is not None}
    if len(given) == len(used):
        return _apply(rule, given)
    filling = _filling(rule, given, blank=[name for name in used if name not in given])
    return None if filling is None else _apply(rule, {**given, **filling})


def _filling(
    rule: ScoreRule, given: Mapping[str, Exact], *, blank: list[str]
) -> dict[str, Exact] | None:
    """Return what the missing-answer rule puts in for the blanks; None when it forbids that."""
    missing = rule.missing
    if missing.min_answered is not None:
        if len(given) < missing.min_answered:
            return None
        return dict.fromkeys(blank, Fraction(sum(given.values())) / len(given))
    if missing.max_missing_per_group is not None:
        return _group_medians(rule, given, most=missing.max_missing_per_group)
    return None


def _group_medians(
    rule: ScoreRule, given: Mapping[str, Exact], *, most: int
) -> dict[str, Exact] | None:
    filling: dict[str, Exact] = {}
    for group in rule.groups:
        blank = [name for name in group if name not in given]
        if len(blank) > most:
            return None
        if blank:
            median = median_rounded_up(given[name] for name in group if name in given)
            filling.update(dict.fromkeys(blank, median))
    return filling


def _needs_filling(used: Mapping[str, Part]) -> bool:
    return any(part.value is None for part in used.values())


def _behind_gate(score: Part, *, is_closed: bool | None) -> Part:
    """Make the score 0 behind a closed gate, and possibly 0 behind an unanswered one."""
    if is_closed:
        return Part(value=0, lo=0, hi=0)
    if is_closed is None:
        return Part(None, min(0, score.lo), max(0, score.hi), score.blanks)
    return score
