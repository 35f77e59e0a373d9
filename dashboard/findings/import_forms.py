"""The forms of an import: the report as pasted or chosen, and the answers to its questions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, FileField, HiddenField, TextAreaField
from wtforms import Field as Control

from dashboard import formats
from dashboard.fields import DayField, TextField
from dashboard.findings.import_rounds import DAYS, Question, Rounds
from dashboard.findings.reports import LEAVE, About, Asks, Choice, Row, text_of
from dashboard.findings.reports.text import MOST_BYTES
from dashboard.forms import PageForm
from dashboard.visits.choosing import OneOfFew, SelectField, listed

DAY, OUT, AGAIN = "-day", "out-", "again-"
ANSWER = re.compile(r"(?:row-\d{1,4}-[a-z-]{3,24}|days-[0-9a-f]{10})", re.ASCII)
LONGEST_ANSWER = 60
FUTURE = "This day lies in the future. Enter the day it was collected."
Given = Mapping[str, Iterable[str]]


class Wanted:
    """Marks a field that is asked for, without refusing the form before it is filled in."""

    field_flags = {"required": True}  # noqa: RUF012 - the form library reads it from the class

    def __call__(self, _form: object, _field: Control) -> None:
        """Let everything pass: what is open is said when it is to be recorded."""


class PasteForm(PageForm):
    """A report exactly as it came, tabs and line ends too: pasted text, or a file."""

    text = TextAreaField("Pasted report", [Wanted()])
    file = FileField("Or choose a file")

    @property
    def source(self) -> Control:
        """The field that the report came by."""
        return self.file if self._file else self.text

    @property
    def report_text(self) -> str:
        """The text that was sent; raise `Unreadable`. The file's name and type are never used."""
        if self._file:
            return text_of(self._file.stream.read(MOST_BYTES + 1))
        return str(self.text.data or "")

    @property
    def _file(self) -> FileStorage | None:
        sent = self.file.data
        return sent if isinstance(sent, FileStorage) and sent.filename else None


class AnswerField(OneOfFew):
    """One answer to one question of a row; nothing is chosen unless the report speaks for it."""

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(label, message="Choose one.", is_asked=False, **options)
        self.flags.required = True


class AnswersForm(PageForm):
    """The answers to a report's questions; its fields are made of the questions put so far."""

    shared: ClassVar[Mapping[str, tuple[Question, ...]]] = {}
    seen = HiddenField(default="")
    belongs = BooleanField("Yes, this report is of this patient")
    typed_name = TextField("Type the patient's full name as the chart has it", longest=200)

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Check the days that were typed."""
        super().validate(extra_validators)
        for field in self:
            if isinstance(field, DayField) and field.data and field.data > formats.today():
                say(field, FUTURE)
        return not self.errors

    def leaves_out(self, row: Row) -> bool:
        """Whether the person leaves this ready row out."""
        return OUT + row.id in self and bool(self[OUT + row.id].data)

    def takes_again(self, row: Row) -> bool:
        """Whether the person takes a row that is on record already."""
        return AGAIN + row.id in self and bool(self[AGAIN + row.id].data)

    def field_of(self, question: Question) -> Control:
        """Return the field at which a question is answered."""
        name = question.shared if question.shared in self.shared else question.name
        field: Control = self[name + DAY if is_day_alone(question) else name]
        return field


def is_day_alone(question: Question) -> bool:
    """Whether a day is asked for and the report proposes none."""
    return question.about in DAYS and all(one.value == LEAVE for one in question.doubt.choices)


def given(sent: Given) -> dict[str, str]:
    """Return the answers among the fields that were sent, days as YYYY-MM-DD."""
    found: dict[str, str] = {}
    for name, values in sent.items():
        value = next((one for one in values if one), "")[:LONGEST_ANSWER]
        base = name.removesuffix(DAY)
        if not value or not ANSWER.fullmatch(base):
            continue
        if name == base:
            found.setdefault(base, value)
        elif day := _day(value):
            found[base] = day
    return found


def form_of(rounds: Rounds, *, on_record: Iterable[str]) -> type[AnswersForm]:
    """Return the form class that asks what was put so far."""
    shared = rounds.shared()
    fields = dict(_fields(rounds, shared, frozenset(on_record)))
    return type("AnswersForm", (AnswersForm,), {"shared": shared, **fields})


def say(field: Control, words: str) -> None:
    """Say at a field what is wrong."""
    field.errors = [*field.errors, words]


def _fields(
    rounds: Rounds, shared: Mapping[str, tuple[Question, ...]], on_record: frozenset[str]
) -> Iterator[tuple[str, Control]]:
    for name, (first, *_) in shared.items():
        if first.about is About.DATE_ORDER:  # of several days: no one day answers for all
            yield name, _answer(first, first.doubt.choices)
        else:
            yield from _days(first, name, "No day is known")
    for row in rounds.report.rows:
        for one in rounds.of(row):
            yield from _question(one, is_shared=one.shared in shared)
        if row.is_ready:
            name = AGAIN + row.id if row.id in on_record else OUT + row.id
            yield name, BooleanField("Record it again" if row.id in on_record else "Leave out")


def _question(one: Question, *, is_shared: bool) -> Iterator[tuple[str, Control]]:
    if one.doubt.asks is Asks.KIND and len(one.doubt.choices) > 6:
        choices = [("", "Not taken"), *_pairs(c for c in one.doubt.choices if c.value != LEAVE)]
        yield one.name, SelectField(f"Take {one.row.printed.name[:60]} as", choices=listed(choices),
                                    default="")  # fmt: skip
        return
    if is_shared:
        leave = [choice for choice in one.doubt.choices if choice.value == LEAVE]
        yield one.name, AnswerField("Or this value alone", choices=listed(_pairs(leave)))
        yield one.name + DAY, DayField("Another day for this value")
    elif one.about in DAYS:
        yield from _days(one, one.name, "Or")
    else:
        yield one.name, _answer(one, one.doubt.choices)


def _days(one: Question, name: str, words: str) -> Iterator[tuple[str, Control]]:
    """Return the fields of a question about a day: typed, or chosen where the report proposes."""
    if is_day_alone(one):
        yield name + DAY, DayField(one.doubt.sentence, [Wanted()])
        yield name, AnswerField(words, choices=listed(_pairs(one.doubt.choices)))
    else:
        yield name, _answer(one, one.doubt.choices)
        yield name + DAY, DayField("Another day")


def _answer(one: Question, choices: Iterable[Choice]) -> AnswerField:
    proposed = one.doubt.proposed
    return AnswerField(
        one.doubt.sentence, choices=listed(_pairs(choices)),
        default=proposed.value if proposed else None,
    )  # fmt: skip


def _pairs(choices: Iterable[Choice]) -> list[tuple[str, str]]:
    return [(one.value, one.label) for one in choices]


def _day(text: str) -> str:
    try:
        return formats.read_day(text).isoformat()
    except ValueError:
        return ""
