"""Watching ratings, sessions, binge counts and requests, by the same file of rules."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dashboard.clinical.baseline import day_words
from dashboard.clinical.benchmarks import EarlyChange, Met
from dashboard.clinical.watch_rules import Finding, RuleId, WatchLevel, WatchRule, watch_rules


@dataclass(frozen=True)
class DayRating:
    """Need for sleep and energy of one day, 0 to 10; None was not answered."""

    on: date
    sleep_need: int | None
    energy: int | None


def watch_early_change(early: EarlyChange) -> tuple[Finding, ...]:
    """Say when the benchmark of week 4 was missed, or when nobody can tell after week 4."""
    rule = watch_rules()[RuleId.EARLY_CHANGE_MISSED]
    evidence = (early.label, early.source)
    if early.met is Met.NO:
        return (Finding(rule.id, rule.level, f"Binge eating {early.words}.", evidence),)
    if early.met is Met.CANNOT_TELL and early.is_over:
        words = f"Early change of binge eating cannot be told: {early.words}."
        return (Finding(rule.id, WatchLevel.FOLLOW_UP, words, evidence),)
    return ()


def watch_hypomania(ratings: Iterable[DayRating], *, as_of: date) -> tuple[Finding, ...]:
    """Say when little need for sleep with high energy held on two of the last days.

    Where unanswered ratings could make up the two days, it is a follow-up.
    """
    rule = watch_rules()[RuleId.HYPOMANIA]
    since = as_of - timedelta(days=rule.number("within_days") - 1)
    recent = [one for one in ratings if since <= one.on <= as_of]
    sure = sorted({one.on for one in recent if _is_high(rule, one) is True})
    open_days = {one.on for one in recent if _is_high(rule, one) is None} - set(sure)
    evidence = tuple(day_words(day) for day in sure)
    if len(sure) >= rule.number("days"):
        words = f"Little need for sleep with high energy on {len(sure)} days (not validated)."
        return (Finding(rule.id, rule.level, words, evidence),)
    if len(sure) + len(open_days) >= rule.number("days"):
        words = "Need for sleep or energy was left unanswered: hypomania cannot be told. Ask."
        return (Finding(rule.id, WatchLevel.FOLLOW_UP, words, evidence),)
    return ()


def watch_session(*, back_to_baseline_minutes: int | None, on: date) -> tuple[Finding, ...]:
    """Say when a patient felt as usual only later than 120 minutes after the dose."""
    rule = watch_rules()[RuleId.DISSOCIATION_LASTING]
    limit, session = rule.number("minutes"), f"Session of {day_words(on)}"
    if back_to_baseline_minutes is None:
        words = f"{session}: when the patient felt as usual again was not answered. Ask."
        return (Finding(rule.id, WatchLevel.FOLLOW_UP, words),)
    if back_to_baseline_minutes <= limit:
        return ()
    words = f"{session}: not back to usual {limit} minutes after the dose."
    evidence = (f"back to usual after {back_to_baseline_minutes} minutes",)
    return (Finding(rule.id, rule.level, words, evidence),)


def watch_requests(answered: Sequence[bool]) -> tuple[Finding, ...]:
    """Say when the last two closed requests, given in their order, went unanswered."""
    rule = watch_rules()[RuleId.UNANSWERED]
    silent = next((n for n, was in enumerate(reversed(answered)) if was), len(answered))
    if silent < rule.number("in_a_row"):
        return ()
    words = f"The last {silent} check-ins were not answered. Contact the patient."
    return (Finding(rule.id, rule.level, words),)


def _is_high(rule: WatchRule, rating: DayRating) -> bool | None:
    answers = {
        None if rating.sleep_need is None
        else rating.sleep_need <= rule.number("sleep_need_at_most"),
        None if rating.energy is None else rating.energy >= rule.number("energy_at_least"),
    }  # fmt: skip
    if False in answers:
        return False
    return None if None in answers else True
