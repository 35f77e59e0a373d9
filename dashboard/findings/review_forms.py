"""The form of one review: an answer an item, or "none of these" for what nobody answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from wtforms import Field as Control

from dashboard.clinical import clearance
from dashboard.clinical.clearance.findings import LEVELS
from dashboard.clinical.clearance.kinds import Form, Kind
from dashboard.fields import TextField
from dashboard.findings import actions
from dashboard.findings.actions import Entry
from dashboard.findings.lines import WITHOUT_UNIT
from dashboard.findings.models import Source
from dashboard.findings.reviews import Item, choices_of, harmless, kinds_of
from dashboard.findings.typed import Typed, look
from dashboard.forms import PageForm
from dashboard.visits.choosing import OneOfFew, listed

NONE = "none"
ANSWERED_BY_CLINIC = frozenset({"home and sitter", "care"})
UNFILLED = {"autocomplete": "off"}
OTHERS_NOW = (
    "None of these is asked of other questions than when this page was opened. "
    "Read them again, then press it."
)


class ReviewForm(PageForm):
    """A group of questions; `act` is the button that was pressed."""

    act = TextField("Button", longest=10)
    today: dt.date
    at: dt.datetime
    items: Sequence[Item] = ()
    entries: tuple[Entry, ...] = ()

    def concern(self, items: Sequence[Item], *, at: dt.datetime, today: dt.date) -> None:
        """Say which items are asked, and when."""
        self.items, self.at, self.today = items, at, today

    @property
    def covered(self) -> str:
        """The names of what "none of these" answers now; the page carries what it showed."""
        return " ".join(sorted(item.kind.name for item in self.items if item.is_covered))

    @property
    def says_none(self) -> bool:
        """Whether "none of these" was pressed."""
        return bool(self.act.data == NONE)

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Read every answer; what is not answered stays unasked, unless "none" answers it."""
        super().validate(extra_validators)
        self.entries = tuple(self._read_items())
        if self.says_none and self.version.data != self.covered:
            self.form_errors = [OTHERS_NOW]
        elif not self.entries and not self.errors:
            self.form_errors = ["Answer at least one, or press None of these."]
        return not self.errors

    def _read_items(self) -> Iterator[Entry]:
        asked = {item.kind.name for item in self.items if item.is_covered}
        for name, field in self._fields.items():
            kind = clearance.ruleset().kinds.get(name)
            if kind is None or field.errors:
                continue
            typed = str(field.data or "").strip()
            if not typed and self.says_none and name in asked:
                typed = harmless(name) or ""
            if typed:
                yield from self._entry(kind, field, typed)

    def _entry(self, kind: Kind, field: Control, typed: str) -> Iterator[Entry]:
        looked = look(kind, Typed(value=typed, unit=unit_of(kind)))
        if looked.problem or looked.question:
            field.errors = [*field.errors, f"{kind.label}: {looked.problem or looked.question}"]
            return
        source = Source.CLINIC if kind.review in ANSWERED_BY_CLINIC else Source.STATED
        entry = Entry(
            kind=kind.name, entered=looked.value, unit=looked.unit, taken_on=self.today,
            taken_at=self.at, source=source,
        )  # fmt: skip
        try:
            actions.read(entry, rules=clearance.ruleset(), today=self.today)
        except clearance.Rejected:
            field.errors = [*field.errors, f"{kind.label}: choose one of the answers shown."]
            return
        yield entry


@cache
def form_of(key: str) -> type[ReviewForm]:
    """Return the form class of a group."""
    fields = {kind.name: _control(kind) for kind in kinds_of(key)}
    return type("ReviewForm", (ReviewForm,), fields)


def unit_of(kind: Kind) -> str:
    """Return the unit that an answer is typed in; "" for one in words."""
    return kind.unit if kind.form in {Form.NUMBER, Form.WHOLE} else ""


def shown_unit(kind: Kind) -> str:
    """Return the unit to show beside a number."""
    return "" if kind.unit in WITHOUT_UNIT else unit_of(kind)


def _words(answer: str) -> str:
    return "Not at all" if answer == LEVELS[0] else answer.capitalize()


def _control(kind: Kind) -> Control:
    choices = choices_of(kind)
    if choices:
        return OneOfFew(
            kind.label, message="Choose one of the answers shown.", is_asked=False,
            choices=listed((one, _words(one)) for one in choices),
        )  # fmt: skip
    return TextField(kind.label, longest=20, render_kw=UNFILLED)
