"""Adverse events: how severe, how serious, what is to be done, and whether the plan is held.

What is not known never lowers anything: an event without grade, or whose seriousness nobody
answered, holds the plan until somebody says. Source: clinical reference 2.8.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from dashboard.clinical.clearance.findings import Pressure
from dashboard.clinical.event_list import (
    EventKind,
    EventList,
    Grade,
    GradeWords,
    Grading,
    Limit,
    Need,
    Response,
    Sign,
    Urgency,
    event_list,
)

__all__ = [
    "Action", "Called", "Event", "EventKind", "EventList", "Grade", "GradeWords", "Grading",
    "Outcome", "Relatedness", "Response", "Seriousness", "Sign", "Urgency", "Worst", "called_by",
    "event_list", "is_serious", "most_urgent", "needs_hold", "problems", "response",
]  # fmt: skip


class Seriousness(StrEnum):
    """What makes an event serious, whatever its grade."""

    DEATH = "death"
    LIFE_THREATENING = "life-threatening"
    HOSPITALIZATION = "hospitalization"
    DISABILITY = "disability"
    CONGENITAL_ANOMALY = "congenital anomaly"
    IMPORTANT_MEDICAL_EVENT = "important medical event"


class Relatedness(StrEnum):
    """Whether the dose caused it, as the physician judges; the words are the practice's."""

    UNRELATED = "unrelated"
    UNLIKELY = "unlikely"
    POSSIBLE = "possible"
    PROBABLE = "probable"
    DEFINITE = "definite"
    NOT_JUDGED = "not judged yet"


class Action(StrEnum):
    """What was done about the treatment; the words are the practice's."""

    NONE = "none"
    TREATED = "treated, dosing unchanged"
    DOSE_REDUCED = "dose reduced"
    SESSION_ENDED = "session ended early"
    PLAN_HELD = "plan held"
    PLAN_STOPPED = "plan stopped"
    NOT_SAID = "not said"


class Outcome(StrEnum):
    """How it ended; the words are the practice's."""

    RECOVERED = "recovered"
    RECOVERING = "recovering"
    ONGOING = "not recovered"
    LASTING_HARM = "recovered with lasting harm"
    DEATH = "death"
    NOT_KNOWN = "not known"

    @property
    def is_over(self) -> bool:
        """Whether the event itself has ended."""
        return self in {Outcome.RECOVERED, Outcome.LASTING_HARM, Outcome.DEATH}


@dataclass(frozen=True, kw_only=True)
class Worst:
    """The worst values measured: mmHg, %, breaths a minute; None is "not measured".

    `has_symptoms` is None when nobody asked.
    """

    pressure: Pressure | None = None
    saturation: Fraction | None = None
    breaths: Fraction | None = None
    has_symptoms: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Event:
    """One adverse event. Minutes count from the dose; None is "not known", or "not over yet".

    `grade` None is "not graded yet"; `seriousness` None "nobody answered", empty "none of these".
    """

    kind: EventKind
    grade: Grade | None
    seriousness: frozenset[Seriousness] | None
    onset_minutes: int | None = None
    offset_minutes: int | None = None
    times: int | None = None
    worst: Worst = Worst()
    relatedness: Relatedness = Relatedness.NOT_JUDGED
    action: Action = Action.NOT_SAID
    outcome: Outcome = Outcome.NOT_KNOWN


@dataclass(frozen=True)
class Called:
    """A response that is called for, and why; not certain when a fact is missing that decides."""

    response: Response
    because: str
    is_certain: bool = True


def is_serious(event: Event) -> bool | None:
    """Say whether an event is serious; from grade 4 on it is; None when nobody answered."""
    if event.seriousness or (event.grade is not None and event.grade >= Grade.LIFE_THREATENING):
        return True
    return None if event.seriousness is None else False


def needs_hold(event: Event) -> bool:
    """Say whether the plan is held: grade 3 or more, serious, a response that holds, or unknown."""
    return any(one.response.holds_plan for one in response(event))


def response(event: Event, *, minute: int | None = None) -> tuple[Called, ...]:
    """Return what is to be done about an event, most urgent first, each response once.

    `minute` is now, in minutes from the dose: how long an event that is not over has lasted.
    """
    found = list(called_by(event.worst))
    found += _of_kind(event, minute)
    if lacking := _lacking(event):
        found.append(Called(event_list().responses["emergency"], lacking, is_certain=False))
    if (suspended := _suspended(event)) is not None:
        found.append(suspended)
    return most_urgent(found)


def called_by(worst: Worst, *, signs: Iterable[Sign] = ()) -> tuple[Called, ...]:
    """Return what measured values and signs call for, most urgent first."""
    found = [Called(sign.response, sign.label) for sign in signs]
    found += [called for limit in event_list().limits if (called := _by_limit(limit, worst))]
    return most_urgent(found)


def problems(event: Event) -> tuple[str, ...]:
    """Say in words which facts of an event contradict each other or are impossible."""
    serious = event.seriousness or frozenset()
    told: list[tuple[bool, str]] = [
        ((event.onset_minutes or 0) < 0, "It began before the dose."),
        (_ends_before_it_begins(event), "It ended before it began."),
        (event.times is not None and event.times < 1, "It happened less than once."),
        (
            len({event.grade is Grade.DEATH, event.outcome is Outcome.DEATH,
                 Seriousness.DEATH in serious}) > 1,
            "Grade, outcome and seriousness do not agree about a death.",
        ),
        (
            event.grade is Grade.LIFE_THREATENING and Seriousness.LIFE_THREATENING not in serious,
            "Grade 4 is life-threatening; the seriousness does not say so.",
        ),
        (
            event.grade is not None
            and event.grade < Grade.LIFE_THREATENING
            and Seriousness.LIFE_THREATENING in serious,
            "Life-threatening is grade 4 or 5.",
        ),
    ]  # fmt: skip
    return tuple(words for holds, words in told if holds)


def most_urgent(found: Iterable[Called]) -> tuple[Called, ...]:
    """Put the most urgent first; of one response keep what is certain, and every reason."""
    order = list(event_list().responses)
    kept: dict[str, list[Called]] = {}
    for one in sorted(found, key=lambda called: not called.is_certain):
        kept.setdefault(one.response.id, []).append(one)
    return tuple(
        Called(
            mine[0].response,
            "; ".join(dict.fromkeys(one.because for one in mine)),
            is_certain=mine[0].is_certain,
        )
        for name in sorted(kept, key=order.index)
        if (mine := kept[name])
    )


def _of_kind(event: Event, minute: int | None) -> list[Called]:
    kind = event.kind
    if kind.response is None:
        return []
    if kind.times is not None:
        return _from(kind, event.times, kind.times, "how often is not known", kind.response)
    if kind.lasting_minutes is not None:
        lasted = _until(event, minute)
        return _from(
            kind, lasted, kind.lasting_minutes + 1, "until when is not known", kind.response
        )
    return [Called(kind.response, kind.label)]


def _from(
    kind: EventKind, value: int | None, least: int, unknown: str, response: Response
) -> list[Called]:
    if value is None:
        return [Called(response, f"{kind.label}: {unknown}", is_certain=False)]
    return [Called(response, kind.label)] if value >= least else []


def _until(event: Event, minute: int | None) -> int | None:
    """Return until which minute after the dose it has lasted; None when that is not known."""
    if event.offset_minutes is not None or event.outcome.is_over:
        return event.offset_minutes
    return minute


def _lacking(event: Event) -> str:
    """Say which value an event needs and does not have."""
    worst, label = event.worst, event.kind.label
    if event.kind.needs is Need.PRESSURE and worst.pressure is None:
        return f"{label}: the highest pressure is not known"
    if event.kind.needs is Need.BREATHING and (worst.saturation, worst.breaths) == (None, None):
        return f"{label}: neither saturation nor breaths are known"
    return ""


def _suspended(event: Event) -> Called | None:
    suspended = event_list().responses["suspended"]
    if event.grade is not None and event.grade >= event_list().grading.hold_from:
        return Called(suspended, f"Grade {event.grade:d}")
    if serious := is_serious(event):
        return Called(suspended, "Serious: " + ", ".join(sorted(event.seriousness or ())))
    if event.grade is None or serious is None:
        missing = "not graded yet" if event.grade is None else "seriousness not answered"
        return Called(suspended, f"{event.kind.label}: {missing}", is_certain=False)
    return None


def _by_limit(limit: Limit, worst: Worst) -> Called | None:
    because = _beyond(limit, worst)
    if because is None or (limit.with_symptoms and worst.has_symptoms is False):
        return None
    if limit.with_symptoms and worst.has_symptoms is None:
        why = f"{because}, nobody asked about symptoms: with any, this holds"
        return Called(limit.response, why, is_certain=False)
    return Called(limit.response, because)


def _beyond(limit: Limit, worst: Worst) -> str | None:
    """Say which value is beyond a limit; None when none is, or none was measured."""
    pressure = worst.pressure
    if pressure is not None and (
        (limit.systolic_from is not None and pressure.systolic >= limit.systolic_from)
        or (limit.diastolic_from is not None and pressure.diastolic >= limit.diastolic_from)
    ):
        return f"Blood pressure {pressure} mmHg"
    if _is_below(worst.saturation, limit.saturation_below):
        return f"Oxygen saturation {_plain(worst.saturation)} %"
    if _is_below(worst.breaths, limit.breaths_below):
        return f"{_plain(worst.breaths)} breaths a minute"
    return None


def _is_below(value: Fraction | None, limit: int | None) -> bool:
    return value is not None and limit is not None and value < limit


def _plain(value: Fraction | None) -> str:
    return "–" if value is None else f"{float(value):g}"


def _ends_before_it_begins(event: Event) -> bool:
    if event.onset_minutes is None or event.offset_minutes is None:
        return False
    return event.offset_minutes < event.onset_minutes
