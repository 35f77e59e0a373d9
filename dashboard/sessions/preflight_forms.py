"""The form of the pre-flight: every question of its items, none of them answered beforehand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import Any, ClassVar

from wtforms import BooleanField, Field

from dashboard.clinical.home_session import AnswerKind, Item, Point, SessionRules, session_rules
from dashboard.clock import now
from dashboard.fields import AskedLater, TextField
from dashboard.forms import PageForm
from dashboard.practice.places import STATES
from dashboard.sessions.answering import Given
from dashboard.sessions.models import SessionAnswer
from dashboard.sessions.moment_forms import SeenForm, say
from dashboard.sessions.typed import look_at_answer
from dashboard.visits.choosing import OneOfFew, SelectField, listed

KEEP, ALL, AGAIN, STATE = "-keep", "all-", "again-", "location_state"
YES, NO = "yes", "no"
LONGEST = 200
UNFILLED = {"autocomplete": "off"}


class KeepField(TextField):
    """Stands by exactly one typed text; `asked` is what may be confirmed."""

    asked = ""


class AnswersForm(PageForm):
    """A form with the questions of the pre-flight; `asked` are those that are put."""

    rules: ClassVar[SessionRules]
    asked: Collection[str] = ()

    def answers(self, shown: Mapping[str, str]) -> list[Given]:
        """Return what was answered here and stands otherwise in `shown`: only that is written."""
        found = []
        for item in self.rules.items:
            for point in self.points_of(item):
                value = self.said(item, point)
                if value != shown.get(point.id, ""):
                    kept = self._is_kept(point.id, value)
                    found.append(Given(point.id, value, is_confirmed=kept))
        return found

    def asked_again(self, shown: Mapping[str, str]) -> list[Given]:
        """Return the answers that were asked again and are what they were: as old as now."""
        return [
            Given(point.id, value, is_confirmed=self._is_kept(point.id, value))
            for item in self.rules.items
            if self[f"{AGAIN}{item.number}"].data or self._is_ticked(item)
            for point in self.points_of(item)
            if (value := self.said(item, point)) and value == shown.get(point.id, "")
        ]

    def said(self, item: Item, point: Point) -> str:
        """Return the answer to a question: its own, or that all is as it should be."""
        typed = str(self[point.id].data or "").strip()
        if point.kind is AnswerKind.PRESSURE:
            typed = "".join(typed.split())
        if typed or point.kind is not AnswerKind.YES_OR_NO or not self._is_ticked(item):
            return typed
        return YES if point.good else NO

    def _is_ticked(self, item: Item) -> bool:
        name = f"{ALL}{item.number}"
        return name in self and bool(self[name].data)

    def _is_kept(self, name: str, value: str) -> bool:
        return name + KEEP in self and bool(value) and self[name + KEEP].data == value

    def points_of(self, item: Item) -> Iterator[Point]:
        """Yield the questions of an item that are put here."""
        return (one for one in item.points if one.id in self.asked and not one.is_computed)

    def look(self, *, at: dt.datetime) -> None:
        """Look at every typed answer; what cannot be, or is asked about, is said at its field."""
        for item in self.rules.items:
            for point in self.points_of(item):
                value, field = self.said(item, point), self[point.id]
                if value and not field.errors:
                    self._look_at(point, value, field, at=at)

    def _look_at(self, point: Point, value: str, field: Field, *, at: dt.datetime) -> None:
        if point.kind is AnswerKind.YES_OR_NO:
            if value not in {YES, NO}:
                say(field, "Choose yes or no.")
            return
        kept = self[point.id + KEEP].data if point.id + KEEP in self else ""
        looked = look_at_answer(point, value, at=at, kept=kept or "")
        if looked.question or kept == value:
            self[point.id + KEEP].asked = value
        if not looked.is_taken:
            say(field, looked.problem or looked.question)


class PreflightForm(AnswersForm, SeenForm):
    """The pre-flight of one session; `seen_at` is when the answers on the page were read."""

    def show(self, held: Mapping[str, SessionAnswer]) -> None:
        """Show the answers that are on record; nothing else is filled in."""
        self.renew()
        for name, answer in held.items():
            if name in self and name in self.asked:
                self[name].data = answer.value

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Check every answer that was typed."""
        super().validate(extra_validators)
        self.look(at=now())
        return not self.errors


def fields_of(rules: SessionRules) -> Mapping[str, Field]:
    """Return the fields of every question and of every item, by name."""
    return {name: field for item in rules.items for name, field in _of_item(item)}


@cache
def preflight_form(version: str) -> type[PreflightForm]:
    """Return the form of a version of the rules."""
    rules = session_rules(version)
    return type("Preflight", (PreflightForm,), {"rules": rules, **fields_of(rules)})


def _of_item(item: Item) -> Iterator[tuple[str, Field]]:
    if any(one.kind is AnswerKind.YES_OR_NO and not one.is_computed for one in item.points):
        yield f"{ALL}{item.number}", BooleanField("As it should be")
    yield f"{AGAIN}{item.number}", BooleanField("Asked again now, and the answers still hold")
    for point in item.points:
        if not point.is_computed:
            yield from _of_point(point)


def _of_point(point: Point) -> Iterator[tuple[str, Field]]:
    if point.kind is AnswerKind.YES_OR_NO:
        choices = listed([(YES, "Yes"), (NO, "No")])
        yield (
            point.id,
            OneOfFew(
                point.question,
                message="Choose yes or no.",
                is_asked=False,
                is_asked_later=True,
                choices=choices,
            ),
        )
        return
    if point.id == STATE:
        states = listed([("", "Choose a state"), *STATES.items()])
        yield point.id, SelectField(point.question, choices=states, default="")
        return
    longest = LONGEST if point.kind is AnswerKind.TEXT else 40
    yield point.id, TextField(point.question, [AskedLater()], longest=longest, render_kw=UNFILLED)
    if point.kind is not AnswerKind.TEXT:
        yield point.id + KEEP, KeepField(f"Keep: {point.question}", longest=40)
