"""What one check-in asks, in order, and how far its answers have come: no database, no web."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

from dashboard.clinical.instruments import (
    Instrument,
    Item,
    UnknownInstrument,
    asks,
    definition,
)
from dashboard.clinical.logic import names_in

SHORT = 110  # characters of instructions that may stand above every question of a form


@dataclass(frozen=True)
class Answer:
    """The answer to one question: a value, or that the patient would rather not say."""

    value: int | None

    @property
    def is_declined(self) -> bool:
        """Whether the patient preferred not to answer."""
        return self.value is None


@dataclass(frozen=True)
class Question:
    """One question; `number` is its place in the whole check-in and its address.

    `stem` stands above every question it belongs to, `instructions` are longer and tell once how a
    form is to be answered.
    """

    number: int
    instrument: Instrument
    item: Item
    stem: str
    instructions: str
    is_first: bool

    @property
    def key(self) -> tuple[str, str]:
        """Instrument id and item id."""
        return self.instrument.id, self.item.id


@dataclass(frozen=True)
class Sheet:
    """Everything one check-in asks, with the answers so far."""

    questions: tuple[Question, ...]
    given: Mapping[tuple[str, str], Answer]

    @cached_property
    def instruments(self) -> tuple[Instrument, ...]:
        """The questionnaires, in the order they are asked."""
        return tuple(dict.fromkeys(one.instrument for one in self.questions))

    @cached_property
    def asked(self) -> tuple[Question, ...]:
        """The questions that apply as far as is known; one that may still apply is asked."""
        return tuple(one for one in self.questions if self._applies(one))

    @cached_property
    def open(self) -> tuple[Question, ...]:
        """The asked questions that have no answer."""
        return tuple(one for one in self.asked if one.key not in self.given)

    def at(self, number: int) -> Question | None:
        """Return the asked question of that number, if there is one."""
        return next((one for one in self.asked if one.number == number), None)

    def place(self, question: Question) -> int:
        """Return the how-manieth of the asked questions this is, counted from 1."""
        return self.asked.index(question) + 1

    def before(self, question: Question) -> Question | None:
        """Return the question asked before this one."""
        return next((one for one in reversed(self.asked) if one.number < question.number), None)

    def onward(self, number: int) -> Question | None:
        """Return the next question without an answer after that number."""
        return next((one for one in self.open if one.number > number), None)

    def with_answer(self, question: Question, answer: Answer) -> Sheet:
        """Return the sheet as it is once a question was answered, perhaps anew."""
        return Sheet(self.questions, {**self.given, question.key: answer})

    def answers_of(self, instrument: Instrument) -> dict[str, int | None]:
        """Return one questionnaire's answers by item; a declined one is a blank."""
        return {item: a.value for (name, item), a in self.given.items() if name == instrument.id}

    def declined_of(self, instrument: Instrument) -> frozenset[str]:
        """Return the items of one questionnaire that the patient would rather not answer."""
        mine = ((item, a) for (name, item), a in self.given.items() if name == instrument.id)
        return frozenset(item for item, answer in mine if answer.is_declined)

    def sent_of(self, instrument: Instrument) -> dict[str, int | None]:
        """Return the answers that become a response.

        An answer behind a gate that a later change closed does not apply any more and is left out,
        unless a danger looks at it. One whose wording was taken away since is kept: it was given.
        """
        askable = {one.item.id for one in self.questions if one.instrument == instrument}
        watched = {name for rule in instrument.safety for name in names_in(rule.when)}
        applies = {one.item.id for one in self.asked if one.instrument == instrument} | watched
        given = self.answers_of(instrument)
        return {
            item: value for item, value in given.items() if item in applies or item not in askable
        }

    def minutes_left(self, question: Question) -> int:
        """Return how long the questions from this one on will take, at least 1."""
        left = [one for one in self.asked if one.number >= question.number]
        return max(1, math.ceil(sum(_minutes(one.instrument) for one in left) - 1e-9))

    def _applies(self, question: Question) -> bool:
        answers = self._by_instrument[question.instrument.id]
        declined = self.declined_of(question.instrument)
        return asks(question.instrument, question.item.id, answers, declined=declined) is not False

    @cached_property
    def _by_instrument(self) -> Mapping[str, dict[str, int | None]]:
        return {one.id: self.answers_of(one) for one in self.instruments}


def instruments_of(questionnaires: str) -> tuple[Instrument, ...]:
    """Return the questionnaires of a canonical list of [instrument id, version] that are known."""
    found = []
    for name, version in json.loads(questionnaires):
        with suppress(UnknownInstrument):
            found.append(definition(name, version))
    return tuple(found)


def questions_of(questionnaires: str) -> tuple[Question, ...]:
    """Return every question of a check-in's canonical list of [instrument id, version].

    A questionnaire whose wording is not at hand (its text pack was taken away) cannot be asked.
    """
    found: list[Question] = []
    for instrument in instruments_of(questionnaires):
        if instrument.has_text:
            found += _questions(instrument, first_number=len(found) + 1)
    return tuple(found)


def _questions(instrument: Instrument, *, first_number: int) -> list[Question]:
    instructions = instrument.administration.instructions or ""
    has_headings = any(item.heading for item in instrument.items)
    stem = "" if has_headings or len(instructions) > SHORT else instructions
    made = []
    for number, item in enumerate(instrument.items, first_number):
        stem = item.heading or stem
        longer = "" if stem == instructions else instructions
        made.append(Question(number, instrument, item, stem, longer, number == first_number))
    return made


def _minutes(instrument: Instrument) -> float:
    """Return how long one question of a form takes: the form's minutes, shared equally."""
    return (instrument.administration.minutes or 1) / len(instrument.items)
