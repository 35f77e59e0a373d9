"""What speaks against asking a questionnaire by link now, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from dashboard import formats
from dashboard.checkins import open_now, planning
from dashboard.clinical.instruments import Instrument, catalogue
from dashboard.clinical.schedules import MOST_QUESTIONS
from dashboard.patients.models import Patient


@dataclass(frozen=True)
class Objection:
    """Why a questionnaire should not be asked now; a final one cannot be confirmed away."""

    instrument_id: str
    words: str
    is_final: bool


def objections(
    patient: Patient, *, instruments: Sequence[str], at: dt.datetime
) -> tuple[Objection, ...]:
    """Return what speaks against asking these now: no text, too soon, asked already, too many."""
    known, facts = catalogue(), planning.facts(patient)
    last, running = planning.last_answered(facts), open_now.instruments(patient.id, at=at)
    found: list[Objection] = []
    for name in instruments:
        instrument = known.get(name)
        if instrument is None:
            found.append(Objection(name, "There is no such questionnaire.", True))
        elif name not in planning.askable():
            found.append(Objection(name, why_not(instrument), True))
        elif name in running:
            found.append(Objection(name, _asked_already(instrument, running[name]), True))
        elif name in last:
            days = _days_between(last[name], at, facts)
            found += _too_soon(instrument, days=days, last=last[name])
    questions = sum(len(known[name].items) for name in instruments if name in known)
    if questions > MOST_QUESTIONS:
        found.append(Objection("", _too_many(questions), True))
    return tuple(found)


def why_not(instrument: Instrument) -> str:
    """Say why a questionnaire cannot be asked by link at all."""
    if instrument.administration.respondent != "patient":
        return f"{instrument.short} is filled in by the clinician."
    return f"{instrument.short} has no text here (its licence); enter it from paper instead."


def _asked_already(instrument: Instrument, until: dt.datetime) -> str:
    return (
        f"{instrument.short} is being asked already, until {formats.moment(until)}: "
        "use that check-in's link, or cancel it first."
    )


def _days_between(last: dt.datetime, at: dt.datetime, facts: planning.Facts) -> int:
    return (at.astimezone(facts.zone).date() - last.astimezone(facts.zone).date()).days


def _too_soon(instrument: Instrument, *, days: int, last: dt.datetime) -> list[Objection]:
    rules = instrument.administration
    answered = f"{instrument.short} was answered on {formats.day(last)}"
    if days < rules.min_interval_days:
        least = f"at least {rules.min_interval_days} {_days(rules.min_interval_days)} apart"
        return [Objection(instrument.id, f"{answered}; it is asked {least}.", True)]
    if days < rules.shortest_interval_days:
        shared = rules.shortest_interval_days - days
        words = (
            f"{answered} and looks back {rules.shortest_interval_days} days: {shared} "
            f"{_days(shared)} would be asked about twice."
        )
        return [Objection(instrument.id, words, False)]
    return []


def _days(count: int) -> str:
    return "day" if count == 1 else "days"


def _too_many(questions: int) -> str:
    return (
        f"Together these have {questions} questions; one check-in has at most {MOST_QUESTIONS}. "
        "Leave one out."
    )
