"""A scored response in words: the score, what it rests on, and what changed."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from dashboard.clinical.baseline import Baseline
from dashboard.clinical.change import Change, judge
from dashboard.clinical.instruments import Instrument, ScoreRule
from dashboard.clinical.score_rules import MissingMethod
from dashboard.scores.models import Response, ScoreValue
from dashboard.scores.points import ScorePoint
from dashboard.scores.readings import Taken, written, written_bounds
from dashboard.scores.totals import NO_ITEMS

DECLINED = "Preferred not to answer"
SCREEN_WORDS = {True: ("due", "Yes"), False: ("none", "No"), None: ("none", "Cannot tell")}


@dataclass(frozen=True)
class ScoreView:
    """One score: its value or that there is none, its band, and what it rests on."""

    label: str
    value: str
    band: str
    range: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Screen:
    """One rule of the instrument: yes, no, or cannot tell."""

    label: str
    kind: str
    word: str


@dataclass(frozen=True)
class Question:
    """One question with the answer given, and the one of the response before."""

    number: str
    heading: str
    text: str
    answer: str
    previous: str
    is_changed: bool
    is_blank: bool


def score_views(
    instrument: Instrument | None, values: Sequence[ScoreValue]
) -> tuple[ScoreView, ...]:
    """Return the stored scores in words, the primary one first."""
    if instrument is None:
        return tuple(_bare_view(value) for value in values)
    by_id = {value.score: value for value in values if value.instrument == instrument.id}
    rules = sorted(instrument.scores, key=lambda rule: not rule.is_primary)
    return tuple(_view(instrument, rule, by_id[rule.id]) for rule in rules if rule.id in by_id)


def screens(instrument: Instrument | None, result: str) -> tuple[Screen, ...]:
    """Return the instrument's screens as they came out when the response was scored."""
    if instrument is None:
        return ()
    found: Mapping[str, bool | None] = json.loads(result)["rules"]
    return tuple(
        Screen(rule.label, *SCREEN_WORDS[found[rule.id]])
        for rule in instrument.rules
        if rule.id in found
    )


def questions(
    instrument: Instrument | None, response: Response, previous: Response | None
) -> tuple[Question, ...]:
    """Return every question with its answer, marked where it differs from the one before."""
    given: dict[str, int | None] = json.loads(response.answers)
    if not given:
        return ()
    before: dict[str, int | None] = json.loads(previous.answers) if previous else {}
    comparable = previous is not None and _on_one_scale(instrument, previous, response)
    said_no: list[str] = json.loads(response.declined)
    heading, rows = "", []
    for number in instrument.items_by_id if instrument else given:
        item = instrument.item(number) if instrument else None
        own = item.heading if item and item.heading else ""
        rows.append(
            Question(
                number=number,
                heading=own if own != heading else "",
                text=(item.text if item else None) or "See your licensed copy",
                answer=DECLINED
                if number in said_no
                else _answer(instrument, number, given.get(number)),
                previous=_answer(instrument, number, before.get(number)) if comparable else "",
                is_changed=comparable and given.get(number) != before.get(number),
                is_blank=given.get(number) is None,
            )
        )
        heading = own or heading
    return tuple(rows)


def change_until(
    instrument: Instrument,
    points: Sequence[ScorePoint],
    *,
    at: ScorePoint,
    baseline: Baseline[Taken],
    zone: ZoneInfo,
) -> Change:
    """Judge one score against the baseline and against the best score before it."""
    earlier = [one.taken.reading(zone) for one in points if one.counts and _is_until(one, at)]
    return judge(
        instrument,
        baseline=baseline.reading.reading(zone) if baseline.reading else None,
        latest=at.taken.reading(zone),
        history=earlier,
    )


def baseline_words(baseline: Baseline[Taken]) -> str:
    """Name the baseline as what it is, or say why there is none."""
    what = "Baseline" if baseline.reading else "No baseline"
    return f"{what}: {baseline.words[0].lower()}{baseline.words[1:]}"


def interval_words(
    instrument: Instrument, *, taken_at: dt.datetime, before: dt.datetime | None
) -> str:
    """Say when a questionnaire came sooner after the one before than it is meant to."""
    if before is None:
        return ""
    days = (taken_at - before).days
    rules = instrument.administration
    if days >= rules.min_interval_days:
        return ""
    recall = rules.recall_days
    overlap = (
        f" Both ask about the past {recall} days, so they overlap."
        if recall and recall > days
        else ""
    )
    gap = "the same day as" if days == 0 else f"{days} day{'' if days == 1 else 's'} after"
    return (
        f"{instrument.short} was answered {gap} the one before; at least "
        f"{rules.min_interval_days} days apart are meant.{overlap}"
    )


def blank_words(instrument: Instrument) -> str:
    """Say what a blank does to the score of this instrument."""
    safety = (
        " A blank on a safety question is a follow-up, never a no." if instrument.safety else ""
    )
    if not instrument.has_primary:
        return f"Leave blank what was not answered: a blank is never counted as 0.{safety}"
    rule = instrument.primary
    total = len(instrument.items_behind[rule.id])
    if rule.missing.method is MissingMethod.PRORATE and rule.missing.min_answered is not None:
        most = total - rule.missing.min_answered
        return (
            f"Leave blank what was not answered: a blank is never counted as 0. With up to {most} "
            f"blank{'' if most == 1 else 's'} the score is estimated from the other answers and "
            f"marked prorated; with more there is no score.{safety}"
        )
    return (
        "Leave blank what was not answered: a blank is never counted as 0. The score needs every "
        f"one of the {total} answers; without, its bounds are shown."
        f"{_gate_words(instrument)}{safety}"
    )


def _gate_words(instrument: Instrument) -> str:
    scored = set(instrument.items_behind[instrument.primary.id])
    hidden = [name for gate in instrument.gates for name in gate.then if name in scored]
    if not hidden:
        return ""
    return f" Item {', '.join(hidden)} may stay blank where it does not apply."


def _is_until(one: ScorePoint, at: ScorePoint) -> bool:
    return (one.taken_at, one.response_id) <= (at.taken_at, at.response_id)


def _view(instrument: Instrument, rule: ScoreRule, value: ScoreValue) -> ScoreView:
    worse = "higher" if rule.direction.value == "higher_worse" else "lower"
    low, high = (written(instrument, rule.id, end) for end in (rule.lowest, rule.highest))
    return ScoreView(
        label=rule.label,
        value=written(instrument, rule.id, value.value) or "No score",
        band=next((band.label for band in rule.bands if band.id == value.band), ""),
        range=f"{low} to {high}, {worse} is worse",
        notes=_notes(instrument, rule, value),
    )


def _notes(instrument: Instrument, rule: ScoreRule, value: ScoreValue) -> tuple[str, ...]:
    if value.value is not None and value.n_answered == 0:
        return (NO_ITEMS,)
    notes = [f"{value.n_answered} of {value.n_items} answered"]
    between = written_bounds(instrument, rule.id, value.lo, value.hi)
    if value.value is None:
        notes.append(f"Too many blanks for a score; whatever they are, it lies from {between}")
    elif value.prorated:
        notes.append(
            f"Prorated: estimated from the answers given; whatever the blanks are, {between}"
        )
    return tuple(notes)


def _bare_view(value: ScoreValue) -> ScoreView:
    shown = "No score" if value.value is None else str(value.value)
    return ScoreView(
        value.score, shown, "", "", (f"{value.n_answered} of {value.n_items} answered",)
    )


def _on_one_scale(instrument: Instrument | None, one: Response, other: Response) -> bool:
    """Whether two responses answered the same items."""
    if instrument is None:
        return one.version == other.version
    return instrument.scale_of(one.version) == instrument.scale_of(other.version)


def _answer(instrument: Instrument | None, number: str, value: int | None) -> str:
    if value is None:
        return "Not answered"
    item = instrument.items_by_id.get(number) if instrument else None
    label = item.label_of(value) if item else None
    return f"{value}, {label}" if label else str(value)
