"""Asking ahead of an intake: what to tick now, what comes second, what is known already."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from dashboard.checkins import planning
from dashboard.checkins.asking import objections
from dashboard.clinical.instruments import Instrument
from dashboard.clinical.intake_set import Ahead, asked_ahead, parted
from dashboard.clinical.turns import MOST_QUESTIONS
from dashboard.clock import now
from dashboard.patients.models import Patient


@dataclass(frozen=True)
class Turn:
    """One check-in of the set: its questionnaires and how many questions they have."""

    ids: tuple[str, ...]
    names: str
    questions: int


@dataclass(frozen=True)
class Reason:
    """One questionnaire of the set, and why it is asked."""

    name: str
    words: str
    source: str


@dataclass(frozen=True)
class SetAhead:
    """The set of one patient: check-ins still to make, why, and what need not be asked."""

    turns: tuple[Turn, ...]
    reasons: tuple[Reason, ...]
    known: tuple[str, ...]

    @property
    def first(self) -> tuple[str, ...]:
        """What is asked first."""
        return self.turns[0].ids if self.turns else ()

    @property
    def words(self) -> str:
        """Say what is ticked and what is left for later."""
        if not self.turns:
            return "Nothing of the intake set is left to ask."
        now_asked, later = self.turns[0], self.turns[1:]
        said = f"Ticked from the intake set: {now_asked.names} ({now_asked.questions} questions)."
        if later:
            rest = "; ".join(f"{one.names} ({one.questions})" for one in later)
            said += (
                f" Left for a check-in of its own, because one has at most {MOST_QUESTIONS} "
                f"questions: {rest}. It is offered next."
            )
        return said


def of_intake(patient: Patient, *, known: Collection[str]) -> SetAhead:
    """Return what to ask ahead of an intake; `known` is such as "pain"."""
    available = planning.askable()
    codes = patient.diagnosis_codes.replace(",", " ").split()
    wanted = asked_ahead(codes, known=known, available=available)
    names = [one.instrument_id for one in wanted]
    against = {one.instrument_id: one.words for one in objections(
        patient, instruments=names, at=now()) if one.instrument_id}  # fmt: skip
    turns = parted([name for name in names if name not in against], available)
    return SetAhead(
        tuple(_turn([available[name] for name in part]) for part in turns),
        tuple(_reason(one, available[one.instrument_id]) for one in wanted),
        tuple(against.values()),
    )


def _turn(instruments: Sequence[Instrument]) -> Turn:
    return Turn(
        tuple(one.id for one in instruments),
        ", ".join(one.short for one in instruments),
        sum(len(one.items) for one in instruments),
    )


def _reason(one: Ahead, instrument: Instrument) -> Reason:
    return Reason(instrument.short, one.reason, one.source)
