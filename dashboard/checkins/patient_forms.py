"""The patient's form: the answer to one question. It works without scripts."""

from __future__ import annotations

import re

from flask_wtf import FlaskForm

from dashboard.checkins.questions import Answer, Question
from dashboard.clinical.instruments import Item
from dashboard.fields import TextField

WHOLE = re.compile(r"[0-9]{1,4}", re.ASCII)
MOST_ON_BUTTONS = 11  # numbers; a longer range is typed
DECLINE = "decline"


class AnswerForm(FlaskForm):  # type: ignore[misc]
    """The answer to one question; `act` tells which button was pressed."""

    answer = TextField("Your answer", longest=20)
    act = TextField("Button", longest=20)

    def said(self, item: Item) -> Answer | None:
        """Return the answer; None when it is not one, and the form then says what to do."""
        text = self.answer.data or ""
        if self.validate() and len(self.answer.raw_data or ()) <= 1:
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
