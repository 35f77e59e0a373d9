"""Is the headline true? Scores together with what scores do not see, discord said out loud.

Purging, item 9, laboratory values with the QTc, and the weight are asked for every time: one that
is not given is not known, and what is worse, out of its limits or not known is never green. Counts
are compared without a threshold, for no source gives one: any rise is a rise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from dashboard.clinical.change import Change, Status
from dashboard.clinical.clearance.verdicts import Verdict, worst

# Loss a week and in 14 days: the rows of the clearance that tell where the weight goes now. Those
# of 6 and 12 months (A08, A11) tell of the past, and still fire while a weight is being restored.
WEIGHT_ROWS = ("A06a", "A06b", "A07", "A10")


class Tone(StrEnum):
    """How an answer is marked on the page; only `ok` is green."""

    OK = "ok"
    INFO = "info"
    DUE = "due"
    STOP = "stop"
    NONE = "none"


class Way(StrEnum):
    """Where one instrument has gone since its baseline."""

    BETTER = "better"
    WORSE = "worse"
    LOSING_GAINS = "losing gains"
    UNCHANGED = "without reliable change"
    AT_BASELINE = "at baseline"
    UNKNOWN = "cannot be judged"
    NOT_LATELY = "not measured lately"


class Kind(StrEnum):
    """What is asked for beside the scores."""

    PURGING = "purging"
    ITEM_9 = "item 9"
    LABS = "labs and QTc"
    WEIGHT = "weight"


class State(StrEnum):
    """What a signal says: worse than before, bad without being worse, nothing bad, or not known."""

    WORSE = "worse"
    BAD = "bad"
    UNKNOWN = "unknown"
    WELL = "well"
    NOT_ASKED = "does not apply"


@dataclass(frozen=True)
class Trend:
    """One instrument, as the chart names it, and where it has gone."""

    name: str
    way: Way

    @classmethod
    def of(cls, name: str, change: Change, *, is_stale: bool = False) -> Trend:
        """Take the trend from a judged change; `is_stale` says that the newest score is too old."""
        return cls(name, Way.NOT_LATELY if is_stale else _way(change))


@dataclass(frozen=True)
class Signal:
    """One thing that scores do not see, in words that go on in a sentence."""

    kind: Kind
    state: State
    words: str
    is_stop: bool = False


@dataclass(frozen=True)
class Headline:
    """What the chart says first; `is_discord` is better scores beside something worse.

    `words` is `told` with what is not known after it.
    """

    words: str
    tone: Tone
    is_discord: bool
    told: str
    not_known: tuple[str, ...] = ()


def counted(counts: Sequence[int | None], *, baseline: int | None, name: str = "purging") -> Signal:
    """Compare the newest count of a behaviour with the last known one before it and the baseline.

    Counts of one form, oldest first, None where the answer is blank. "Again" is a rise after a
    fall.
    """
    if not counts or counts[-1] is None:
        return Signal(Kind.PURGING, State.UNKNOWN, name)
    newest, before = counts[-1], [one for one in counts[:-1] if one is not None]
    if before and newest > before[-1]:
        has_fallen = any(one > before[-1] for one in before)
        return Signal(Kind.PURGING, State.WORSE, f"{name} up again" if has_fallen else f"{name} up")
    if baseline is not None and newest > baseline:
        return Signal(Kind.PURGING, State.WORSE, f"{name} above baseline")
    if newest and not before and baseline is None:
        return Signal(Kind.PURGING, State.UNKNOWN, f"{name} (nothing to compare with)")
    return Signal(Kind.PURGING, State.WELL, name)


def item_9(answers: Sequence[int | None]) -> Signal:
    """Judge the newest answer to PHQ-9 item 9; answers oldest first, None where it is blank."""
    if not answers or answers[-1] is None:
        return Signal(Kind.ITEM_9, State.UNKNOWN, "item 9")
    newest, before = answers[-1], [one for one in answers[:-1] if one is not None]
    if before and newest > before[-1]:
        return Signal(Kind.ITEM_9, State.WORSE, "item 9 up")
    if newest:
        return Signal(Kind.ITEM_9, State.BAD, "item 9 above 0")
    return Signal(Kind.ITEM_9, State.WELL, "item 9")


def laboratory(name: str, *, now: Verdict | None, before: Verdict | None = None) -> Signal:
    """Judge a laboratory value or the QTc by what the clearance says of it now and said before."""
    if now is None or now is Verdict.UNKNOWN:
        return Signal(Kind.LABS, State.UNKNOWN, name)
    if now is Verdict.NOT_APPLICABLE:
        return Signal(Kind.LABS, State.NOT_ASKED, name)
    if now is Verdict.CLEAR:
        return Signal(Kind.LABS, State.WELL, name)
    is_worse = before in {Verdict.CLEAR, Verdict.CAUTION} and before < now
    state, words = (State.WORSE, "worse") if is_worse else (State.BAD, "out of its limits")
    return Signal(Kind.LABS, state, f"{name} {words}", is_stop=now is Verdict.STOP)


def weight(verdicts: Mapping[str, Verdict]) -> Signal:
    """Judge the weight by the clearance's rows on its loss (WEIGHT_ROWS), by the rules' ids.

    Where no row could be judged at all the direction is not known.
    """
    said = [verdicts.get(row, Verdict.UNKNOWN) for row in WEIGHT_ROWS]
    firing = worst(one for one in said if one in {Verdict.CAUTION, Verdict.STOP})
    if firing is not Verdict.NOT_APPLICABLE:
        is_stop = firing is Verdict.STOP
        return Signal(Kind.WEIGHT, State.WORSE, "weight falling", is_stop)
    is_known = Verdict.CLEAR in said and Verdict.UNKNOWN not in said
    return Signal(Kind.WEIGHT, State.WELL if is_known else State.UNKNOWN, "weight")


def headline(
    trends: Iterable[Trend],
    signals: Iterable[Signal],
    *,
    scores: str = "",
    has_open_danger: bool = False,
) -> Headline:
    """Say in one line where scores and signals stand, and mark it no better than the worst of them.

    Give a signal of every kind; one that does not concern the patient says NOT_ASKED. `scores` are
    better words for scores none of which tells of a change; they move no tone.
    """
    trends, signals = tuple(trends), tuple(signals)
    given = {signal.kind for signal in signals}
    absent = tuple(Signal(kind, State.UNKNOWN, kind) for kind in Kind if kind not in given)
    signals = (*signals, *absent)
    pieces = [
        scores or _scores(trends), *_said(signals, State.WORSE), *_said(signals, State.BAD)
    ]  # fmt: skip
    told = ", ".join(pieces)
    unknown = tuple(_said(signals, State.UNKNOWN))
    words = f"{told}; not known: {', '.join(unknown)}" if unknown else told
    ways = {trend.way for trend in trends}
    is_worse = bool(ways & _GONE_WRONG) or any(one.state is State.WORSE for one in signals)
    return Headline(
        words,
        _tone(ways, signals, has_open_danger=has_open_danger),
        is_discord=Way.BETTER in ways and is_worse,
        told=told,
        not_known=unknown,
    )


_GONE_WRONG = frozenset({Way.WORSE, Way.LOSING_GAINS})
_UNSURE = frozenset({Way.AT_BASELINE, Way.UNKNOWN, Way.NOT_LATELY})


def _way(change: Change) -> Way:
    if change.status is Status.WORSE:
        return Way.WORSE
    if change.losing_gains:
        return Way.LOSING_GAINS
    if change.status in {Status.RECOVERED, Status.IMPROVED}:
        return Way.UNKNOWN if change.losing_gains is None else Way.BETTER
    if change.status in {Status.UNCHANGED, Status.BELOW_AT_BASELINE}:
        return Way.UNCHANGED
    is_baseline = change.latest is not None and change.latest == change.baseline
    return Way.AT_BASELINE if is_baseline else Way.UNKNOWN


def _scores(trends: Sequence[Trend]) -> str:
    """Return "Scores better" where several agree, else each instrument by its name."""
    if not trends:
        return "No scores yet"
    groups = {way: [one.name for one in trends if one.way is way] for way in Way}
    told = [(names, way) for way, names in groups.items() if names]
    if len(told) == 1 and len(trends) > 1:
        return f"Scores {told[0][1]}"
    return ", ".join(f"{_listed(names)} {way}" for names, way in told)


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _said(signals: Iterable[Signal], state: State) -> list[str]:
    return list(dict.fromkeys(one.words for one in signals if one.state is state))


def _tone(ways: set[Way], signals: Sequence[Signal], *, has_open_danger: bool) -> Tone:
    states = {signal.state for signal in signals}
    if has_open_danger or any(signal.is_stop for signal in signals):
        return Tone.STOP
    if ways & _GONE_WRONG or states & {State.WORSE, State.BAD}:
        return Tone.DUE
    is_unsure = bool(ways & _UNSURE) or State.UNKNOWN in states
    if Way.BETTER in ways:
        return Tone.INFO if is_unsure else Tone.OK
    return Tone.NONE if ways & _UNSURE or not ways else Tone.INFO
