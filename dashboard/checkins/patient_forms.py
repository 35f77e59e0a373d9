"""The patient's forms: a birth date, and the answer to one question. They work without scripts."""

from __future__ import annotations

import datetime as dt
import re

from flask_wtf import FlaskForm

from dashboard import formats
from dashboard.checkins.questions import Answer, Question
from dashboard.clinical.instruments import Item
from dashboard.fields import TextField

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
WHOLE = re.compile(r"[0-9]{1,4}", re.ASCII)
MOST_ON_BUTTONS = 11  # numbers; a longer range is typed
OLDEST = 1900
DECLINE = "decline"


class BirthDateForm(FlaskForm):  # type: ignore[misc]
    """When the patient was born: the month by name, so that no two readings are possible."""

    month = TextField("Month", longest=2)
    day = TextField("Day", longest=2)
    year = TextField("Year", longest=4)

    @property
    def months(self) -> tuple[tuple[str, str], ...]:
        """The months to choose from: value and name."""
        return tuple((str(number), name) for number, name in enumerate(MONTHS, 1))

    def born(self) -> dt.date | None:
        """Return the date; None when it cannot be one, and the form then says so."""
        parts = [str(field.data or "") for field in (self.year, self.month, self.day)]
        if self.validate() and all(WHOLE.fullmatch(part) for part in parts):
            try:
                born = dt.date(*map(int, parts))
            except ValueError:
                born = dt.date.min
            if born.year >= OLDEST and born <= formats.today():
                return born
        self.form_errors.append(
            "Choose the month, and write the day and the year in digits: March, 14, 1996."
        )
        return None


class AnswerForm(FlaskForm):  # type: ignore[misc]
    """The answer to one question; `act` tells which button was pressed."""

    answer = TextField("Your answer", longest=20)
    act = TextField("Button", longest=20)

    def said(self, item: Item) -> Answer | None:
        """Return the answer; None when it is not one, and the form then says what to do."""
        text = self.answer.data or ""
        if self.validate():
            if self.act.data == DECLINE and item.allow_decline:
                return Answer(None)
            if WHOLE.fullmatch(text) and item.accepts(int(text)):
                return Answer(int(text))
        self.form_errors.append(what_to_do(item))
        return None


def what_to_do(item: Item) -> str:
    """Return what the patient is told when something else than an answer came."""
    if is_typed(item):
        return f"Write a whole number from {item.lowest} to {item.highest}."
    return "Choose one of the answers."


def is_typed(item: Item) -> bool:
    """Whether an answer is written, because there are too many to choose from."""
    return not item.scale.is_closed and item.highest - item.lowest >= MOST_ON_BUTTONS


def shown_answer(question: Question, said: Answer | None, typed: str | None) -> str:
    """Return what the form shows: what was just typed, else the saved answer, else nothing."""
    if typed is not None:
        return typed
    return "" if said is None or said.value is None else str(said.value)
