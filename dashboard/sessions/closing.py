"""The end of a session: its answers kept, its criteria in words, what is told at parting."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from dashboard import formats
from dashboard.clinical.clearance import Verdict
from dashboard.clinical.home_session import session_rules
from dashboard.clock import now
from dashboard.patients.banner import Flag
from dashboard.sessions import answering, effects, running
from dashboard.sessions.answering import Given
from dashboard.sessions.models import Part, TreatmentSession
from dashboard.sessions.session_forms import ClosingForm, given
from dashboard.sessions.steps import By

WORDS = {
    Verdict.CLEAR: ("ok", "Holds"), Verdict.STOP: ("stop", "Does not hold"),
    Verdict.UNKNOWN: ("none", "Not known"),
}  # fmt: skip


@dataclass(frozen=True)
class CriterionView:
    """One criterion of the release, and whether it holds."""

    label: str
    flag: Flag
    why: str


def answer(session: TreatmentSession, form: ClosingForm, *, by: By) -> None:
    """Keep what was said of the effect and at the release; raise `AnsweredMeanwhile`, `MovedOn`."""
    moment = now()
    until = [] if form.at is None else [Given(effects.OBSERVED_UNTIL, effects.written(form.at))]
    for part, said in ((Part.EFFECT, form.effects()), (Part.RELEASE, form.release())):
        shown = answering.as_of(session, part, form.seen)
        answers = given(said, {key: one.value for key, one in shown.items()})
        answering.record(
            session, part, [*answers, *(until if part is Part.RELEASE else [])], by=by,
            answered_at=moment, seen_at=form.seen,
        )  # fmt: skip


def criteria(session: TreatmentSession, *, at: dt.datetime) -> Sequence[CriterionView]:
    """Return what the readings and the answers on record say of each criterion at a moment."""
    judged = running.judge_release(session, at=at)
    return [CriterionView(one.label, Flag(*WORDS[one.verdict]), one.why) for one in judged.criteria]


def until_words(session: TreatmentSession) -> str:
    """Say until when the patient was observed; empty where nobody said."""
    until = effects.observed_until(answering.newest(session, Part.RELEASE))
    return formats.moment(until) if until else ""


def told() -> tuple[str, ...]:
    """Return what patient and sitter are told when they part."""
    rules = session_rules()
    return rules.no_driving.words, rules.not_alone.words
