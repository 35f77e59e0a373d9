"""What scores do not see, as signals for the headline: counts, item 9, labs and QTc, weight. Pure.

Labs, QTc and weight are what the kept judgement of the clearance says, without any number of body
size. What is too old, or was never asked, is not known.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from zoneinfo import ZoneInfo

from dashboard.chart import scores
from dashboard.chart.scores import COUNTS, PURGING
from dashboard.clearance.cells import Cell, Shown
from dashboard.clinical import discord
from dashboard.clinical.clearance import Verdict
from dashboard.clinical.discord import WEIGHT_ROWS, Kind, Signal, State
from dashboard.measures.strips import Measure
from dashboard.scores.points import ScorePoint

WEEKLY, DAILY = COUNTS
WEEK = 7  # days; daily counts are compared by whole weeks of answers
ITEM_9 = ("phq9", "9")
WORDS: Mapping[str, Verdict] = {
    "clear": Verdict.CLEAR, "caution": Verdict.CAUTION, "unknown": Verdict.UNKNOWN,
    "stop": Verdict.STOP, "not asked": Verdict.NOT_APPLICABLE,
}  # fmt: skip


def of_counts(
    points: Iterable[ScorePoint], found: Iterable[Measure], *, today: dt.date, zone: ZoneInfo
) -> Iterator[Signal]:
    """Yield a signal for each count of binges and purging that is kept: weekly ones, else daily.

    `points` are all scores of the patient, so that a count that was always 0 says so.
    """
    kept: dict[tuple[str, str], list[ScorePoint]] = {}
    for one in points:
        if one.counts and one.instrument in COUNTS:
            kept.setdefault((one.instrument, one.score), []).append(one)
    baselines = {(one.instrument.id, one.rule.id): one.baseline.reading for one in found}
    for (instrument, score), mine in kept.items():
        if score not in PURGING or (instrument == DAILY and _is_weekly(score, kept)):
            continue
        start = baselines.get((instrument, score))
        yield discord.counted(
            _in_date(mine, instrument, today=today, zone=zone),
            baseline=_whole(start.value) if start and instrument == WEEKLY else None,
            name=PURGING[score],
        )


def _is_weekly(score: str, kept: Mapping[tuple[str, str], object]) -> bool:
    """Whether the same behaviour is counted by the week as well."""
    return any((WEEKLY, weekly) in kept for weekly in COUNTS[WEEKLY]
               if PURGING[weekly] == PURGING[score])  # fmt: skip


def _in_date(
    mine: Sequence[ScorePoint], instrument: str, *, today: dt.date, zone: ZoneInfo
) -> list[int | None]:
    """Return counts of one week each, oldest first; none where the newest is over two weeks old."""
    days = [one.taken_at.astimezone(zone).date() for one in mine]
    if (today - days[-1]).days > 2 * WEEK:
        return []
    values = [_whole(one.value) for one in mine]
    if instrument == WEEKLY:
        return values
    by_day = dict(zip(days, values, strict=True))
    n_weeks = (days[-1] - days[0]).days // WEEK + 1
    ends = [days[-1] - dt.timedelta(days=WEEK * back) for back in reversed(range(n_weeks))]
    return [_summed([by_day.get(end - dt.timedelta(days=d)) for d in range(WEEK)]) for end in ends]


def _summed(days: Sequence[int | None]) -> int | None:
    """Return the count of a whole week; None where a day of it was not answered."""
    known = [one for one in days if one is not None]
    return sum(known) if len(known) == WEEK else None


def _whole(value: Fraction | None) -> int | None:
    return None if value is None else int(value)


def of_safety(found: Iterable[Measure], *, today: dt.date, zone: ZoneInfo) -> Iterator[Signal]:
    """Yield what PHQ-9 item 9 says, and any other question that tells of a danger."""
    for one in found:
        name, item = ITEM_9
        if one.instrument.id == name:
            answers = [point.safety.get(item) for point in one.points if point.counts]
            is_old = scores.stale_since(one, today=today, zone=zone) is not None
            yield discord.item_9([] if is_old and not (answers and answers[-1]) else answers)
        elif said := scores.loud(one):
            yield Signal(Kind.ITEM_9, State.BAD, said)


def of_clearance(kept: Mapping[Cell, Shown], cautions: Iterable[str], *, today: dt.date
                 ) -> Iterator[Signal]:  # fmt: skip
    """Yield what the kept judgement says of labs, QTc and the weight; nothing where none is kept.

    `cautions` are the rules that ask for caution.
    """
    for cell, name in ((Cell.LABS, "labs"), (Cell.ECG, "ECG")):
        if cell in kept:
            yield discord.laboratory(_named(kept[cell], name), now=_verdict(kept[cell], today))
    if Cell.WEIGHT in kept:
        yield _weight(_verdict(kept[Cell.WEIGHT], today), frozenset(cautions))


def _weight(verdict: Verdict, cautions: frozenset[str]) -> Signal:
    """Say where the weight goes. A stop names no number and no rule: it is out of its limits."""
    if verdict is Verdict.STOP:
        return Signal(Kind.WEIGHT, State.BAD, "weight out of its limits", is_stop=True)
    if verdict in {Verdict.CLEAR, Verdict.CAUTION}:
        rows = {row: Verdict.CAUTION if row in cautions else Verdict.CLEAR for row in WEIGHT_ROWS}
        return discord.weight(rows)
    return Signal(Kind.WEIGHT, State.UNKNOWN, "weight")


def _verdict(one: Shown, today: dt.date) -> Verdict:
    """Return a cell's verdict; what has run out since it was judged is not known."""
    verdict = WORDS[one.word]
    is_over = bool(one.valid_until) and dt.date.fromisoformat(one.valid_until) < today
    return Verdict.UNKNOWN if verdict is Verdict.CLEAR and is_over else verdict


def _named(one: Shown, name: str) -> str:
    """Name what decides a cell, where it is in trouble: potassium, QTc."""
    if one.word not in {"caution", "stop"} or not one.name:
        return name
    first = one.name.removesuffix(" that gates")
    return first if first[:2].isupper() else first[:1].lower() + first[1:]
