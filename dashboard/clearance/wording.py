"""How a judgement's limits, ages, sources and reasons are said to a physician."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from fractions import Fraction

from dashboard import formats
from dashboard.clearance.cells import value_words, words_of
from dashboard.clearance.models import Override
from dashboard.clearance.strip import YES_OR_NO
from dashboard.clinical.clearance import Reason, Verdict
from dashboard.clinical.clearance.information import Line
from dashboard.clinical.clearance.judgement import FindingVerdict, RuleVerdict
from dashboard.clinical.clearance.limits import Side
from dashboard.findings.models import Finding

KINDS: Mapping[Verdict, tuple[str, str]] = {
    Verdict.CLEAR: ("ok", "Clear"), Verdict.CAUTION: ("due", "Caution"),
    Verdict.UNKNOWN: ("none", "Unknown"), Verdict.STOP: ("stop", "Stop"),
    Verdict.NOT_APPLICABLE: ("none", "Not asked"),
}  # fmt: skip
RECORDED: Mapping[str, str] = {
    "intake": "intake", "consent": "consent record", "licences": "licence record",
    "prescriptions": "prescription record",
}  # fmt: skip


def clearing(found: Sequence[RuleVerdict]) -> str:
    """Say what would clear a stop, by what kind of stop it is."""
    words = {
        "absolute": "only that the fact is corrected or has ended",
        "clinical": "a new value, or the clinic where the rule names it",
        "policy": "a change of this practice's signed rules",
    }
    kinds = [one.rule.hold.value for one in found if one.rule.hold is not None]
    return words[kinds[0]] if kinds else "a new value"


def overridden(one: Override) -> str:
    """Say an override in one line: whose, why, until when, and whether another agreed."""
    second = f", agreed by {one.second_by_name}" if one.second_by_name else ""
    until = formats.day(one.expires_on)
    return f"Overridden by {one.made_by_name} until {until}{second}: {one.reason_kind.value}"


def limit_words(one: FindingVerdict) -> str:
    """Return the limit that decides; of a clear number, the band in which it stays clear."""
    if one.verdict is not Verdict.CLEAR:
        rule = one.deciding
        is_plain = rule.rule.unit == "bool" and value_words(rule) in YES_OR_NO
        return "" if is_plain else formats.printed(rule.rule.said)
    kept = [rule for rule in one.rules if rule.verdict is Verdict.CLEAR]
    if not kept or kept[0].rule.unit == "bool":
        return ""
    return _clear_band(kept)


def _clear_band(kept: Sequence[RuleVerdict]) -> str:
    """Say between which limits a clear number lies: "clear 135 to 145 mEq/L", ends by the rules."""
    value, bands = kept[0].value, [rule.rule.limit.interval for rule in kept]
    if not isinstance(value, Fraction):
        return ""
    below = [one.high for one in bands if one and one.high is not None and one.high <= value]
    above = [one.low for one in bands if one and one.low is not None and one.low >= value]
    low, high = max(below, default=None), min(above, default=None)
    words = f"to {words_of(high)}" if high is not None else ""
    if low is not None:
        words = f"{words_of(low)} {words}" if words else f"from {words_of(low)}"
    return f"clear {words}{rule_unit(kept[0])}" if words else ""


def rule_unit(rule: RuleVerdict) -> str:
    """Return the unit as it follows a number, or nothing where there is none."""
    return formats.printed(rule.rule.said.removeprefix(rule.rule.limit.said))


def frameworks(one: FindingVerdict) -> tuple[str, ...]:
    """Return each framework's own verdict where more than one judges, the stricter marked.

    A framework whose band the value has passed on its worse side never says "clear".
    """
    worst: dict[str, tuple[Verdict, bool]] = {}
    for rule in one.rules:
        if rule.verdict is not Verdict.NOT_APPLICABLE:
            name, is_past = rule.rule.framework.value, not rule.fires and _is_past(rule)
            own = rule.rule.verdict if rule.fires or is_past else Verdict.CLEAR
            worst[name] = max((own, is_past), worst.get(name, (Verdict.CLEAR, False)))
    judged = {verdict for verdict, _ in worst.values()}
    if len(judged) < 2:
        return ()
    return tuple(
        f"{name}: {_own_words(*own, top=max(judged))}"
        for name, own in sorted(worst.items(), key=lambda pair: -pair[1][0])
    )


def _own_words(verdict: Verdict, is_past: bool, *, top: Verdict) -> str:
    word = KINDS[verdict][1].lower()
    if verdict is top:
        return f"{word} (stricter, decides)"
    return f"{word} or worse" if is_past else word


def _is_past(rule: RuleVerdict) -> bool:
    """Whether a value lies beyond a rule's band, on the side on which values become worse."""
    limit, value = rule.rule.limit, rule.value
    band = limit.interval
    if band is None or not isinstance(value, Fraction):
        return False
    if limit.side is Side.LOW and band.low is not None:
        return value < band.low or (value == band.low and not band.has_low)
    if limit.side is Side.HIGH and band.high is not None:
        return value > band.high or (value == band.high and not band.has_high)
    return False


def age_words(taken_on: dt.date | None, today: dt.date) -> str:
    """Say how many days old a finding is; nothing of one that is dated ahead."""
    if taken_on is None:
        return ""
    days = (today - taken_on).days
    if days < 0:
        return ""
    return "today" if days == 0 else f"{days} d"


def left_words(rule: RuleVerdict, on: dt.date) -> str:
    """Say how many days a finding still counts from the day judged for, or since when not."""
    if rule.reason in {Reason.STALE, Reason.EXPIRED} and rule.valid_until:
        is_over = rule.valid_until < on
        return f"ran out {formats.day(rule.valid_until)}" if is_over else "a part ran out"
    if rule.days_left is None:
        return ""
    return f"{rule.days_left} d"


def origin_words(row: Finding | None, origin: str) -> str:
    """Say who or what measured, or which record told."""
    if row is None:
        return RECORDED.get(origin, origin)
    by = f", {row.measured_by}" if row.measured_by else ""
    return f"{row.source.value}{by}"


def line_words(one: Line) -> tuple[str, str, str]:
    """Return a line of information as label, value with unit, and note."""
    return one.label, f"{float(one.value):.4g} {one.unit}".strip(), one.note


def is_of_size(one: Line) -> bool:
    """Whether a line of information is of body size."""
    words = one.label.casefold()
    return "bmi" in words or "weight" in words


def reason_of_tier(words: str, shows_weight: bool) -> str:
    """Say a reason of the tier; one that names body size only when weights are shown."""
    low = words.casefold()
    is_of_size = any(text in low for text in ("bmi", "loss of", "weight", "a12", "a13", "a10"))
    if shows_weight or not is_of_size or "not known" in low:
        return words
    return "a finding of body size (hidden)"
