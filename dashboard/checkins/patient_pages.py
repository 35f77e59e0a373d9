"""What the patient's pages show, as plain values: a question, the summary, the thank-you."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import url_for

from dashboard.birth_date import MONTHS
from dashboard.checkins.patient_forms import AnswerForm, is_typed, shown_answer
from dashboard.checkins.questions import SHORT, Question, Sheet
from dashboard.clinical.instruments import Item

LONG = 90  # characters from which a question is set smaller, to stay in view on a phone
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Choice:
    """One answer that can be tapped."""

    value: str
    label: str
    note: str
    is_chosen: bool


@dataclass(frozen=True)
class Progress:
    """How far the patient has come, in words and as a bar."""

    place: int
    total: int
    time_left: str


@dataclass(frozen=True)
class QuestionPage:
    """One question. `kind` is list, numbers or typed."""

    text: str
    stem: str
    instructions: str
    opens_instructions: bool
    kind: str
    choices: tuple[Choice, ...]
    low_end: str
    high_end: str
    unit: str
    range: str
    shown: str
    is_long: bool
    may_decline: bool
    was_declined: bool
    is_answered: bool
    has_saved: bool
    progress: Progress
    back: str
    skip: str
    attribution: str


@dataclass(frozen=True)
class Place:
    """One question of the summary: its number and address."""

    place: int
    address: str


@dataclass(frozen=True)
class Group:
    """Questions without an answer, for one reason."""

    heading: str
    words: str
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Summary:
    """What is about to be sent, without the answers."""

    n_answered: int
    total: int
    without: tuple[Group, ...]
    back: str


def question_page(sheet: Sheet, question: Question, form: AnswerForm | None) -> QuestionPage:
    """Return the page of one question; nothing is chosen but the patient's own answer."""
    item, said = question.item, sheet.given.get(question.key)
    typed = form.answer.data if form is not None and form.is_submitted() else None
    shown = shown_answer(question, said, typed)
    text, before = item.text or "", sheet.before(question)
    return QuestionPage(
        text=text,
        stem=question.stem,
        instructions=question.instructions,
        opens_instructions=question.is_first and not has_introduction(question),
        kind=_kind(item),
        choices=_choices(item, shown),
        low_end=item.label_of(item.lowest) or "",
        high_end=item.label_of(item.highest) or "",
        unit=item.scale.unit or "",
        range=f"{item.lowest} to {item.highest}",
        shown=shown[:20],
        is_long=len(text) > LONG,
        may_decline=item.allow_decline,
        was_declined=said is not None and said.is_declined,
        is_answered=said is not None,
        has_saved=bool(sheet.given),
        progress=progress(sheet, question),
        back=address(before) if before else "",
        skip=onward(sheet, question.number),
        attribution=_attribution(question),
    )


def progress(sheet: Sheet, question: Question) -> Progress:
    """Return the place of a question among those asked, and the time left."""
    minutes = sheet.minutes_left(question)
    words = f"about {minutes} minute{'' if minutes == 1 else 's'} left"
    return Progress(sheet.place(question), len(sheet.asked), words)


def summary(sheet: Sheet) -> Summary:
    """Return how much was answered, and which questions were not, by number alone."""
    declined = [one for one in sheet.asked if one.key in sheet.given and not _has_value(sheet, one)]
    return Summary(
        n_answered=sum(1 for one in sheet.asked if _has_value(sheet, one)),
        total=len(sheet.asked),
        without=(
            Group(
                "Skipped",
                "Answer them now, or send the check-in as it is.",
                _places(sheet, sheet.open),
            ),
            Group(
                "You preferred not to answer",
                "You can still change that.",
                _places(sheet, declined),
            ),
        ),
        back=address(sheet.asked[-1]) if sheet.asked else url_for("check_in.start"),
    )


def address(question: Question) -> str:
    """Return the address of a question."""
    return url_for("check_in.question", number=question.number)


def onward(sheet: Sheet, number: int) -> str:
    """Return where to go after a question: the next without an answer, else the summary.

    Long instructions are read first, before the question they begin with.
    """
    following = sheet.onward(number)
    if following is None:
        return url_for("check_in.send")
    if has_introduction(following):
        return url_for("check_in.introduction", number=following.number)
    return address(following)


def has_introduction(question: Question) -> bool:
    """Whether a questionnaire's instructions stand on a page before its first question."""
    return question.is_first and len(question.instructions) > SHORT


def day_in_words(at: dt.datetime, zone_name: str) -> str:
    """Write a day as patients read it, in their own zone: Monday 23 November."""
    day = at.astimezone(ZoneInfo(zone_name)).date()
    return f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}"


def _attribution(question: Question) -> str:
    """Return whose questions these are; our own name nobody."""
    licence = question.instrument.licence
    return (licence.attribution or "") if licence.source_url else ""


def _kind(item: Item) -> str:
    if is_typed(item):
        return "typed"
    return "list" if item.scale.is_closed else "numbers"


def _choices(item: Item, shown: str) -> tuple[Choice, ...]:
    if is_typed(item):
        return ()
    values: Sequence[int] = sorted(item.scale.values)
    return tuple(_choice(item, value, shown) for value in values)


def _choice(item: Item, value: int, shown: str) -> Choice:
    words = item.label_of(value) or ""
    if item.scale.is_closed:
        return Choice(str(value), words or str(value), "", str(value) == shown)
    return Choice(str(value), str(value), words, str(value) == shown)


def _has_value(sheet: Sheet, question: Question) -> bool:
    said = sheet.given.get(question.key)
    return said is not None and not said.is_declined


def _places(sheet: Sheet, questions: Sequence[Question]) -> tuple[Place, ...]:
    return tuple(Place(sheet.place(one), address(one)) for one in questions)
