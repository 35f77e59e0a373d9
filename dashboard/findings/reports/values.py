"""What a printed value is for a kind: a plain number, a word, or a question about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.clinical.clearance.findings import LEVELS, RESULTS
from dashboard.clinical.clearance.kinds import Form, Kind
from dashboard.clinical.laboratory.words import words
from dashboard.findings.reports.kinds import LEAVE_OUT
from dashboard.findings.reports.model import About, Asks, Choice, Doubt
from dashboard.findings.reports.numbers import amount
from dashboard.findings.reports.text import short

TRUTHS: Mapping[str, str] = {"negative": "no", "positive": "yes", "yes": "yes", "no": "no"}


@dataclass(frozen=True)
class Told:
    """The text to type for a value; without it, the doubts that stand in its way."""

    text: str | None = None
    doubts: tuple[Doubt, ...] = ()
    is_left_out: bool = False


def number(kind: Kind, printed: str, answers: Mapping[About, str]) -> Told:
    """Return the number of a value, or what a person must say first."""
    read = amount(printed)
    if read is None or read.rest:
        return _no_number(kind, printed)
    text, doubts = read.readings[0], []
    if read.has_comma:
        about, sentence = About.DECIMAL_COMMA, f"{short(printed)} has a comma: which number is it?"
    else:
        about = About.ODD_CHARACTERS
        sentence = f"{short(printed)} is written with unusual characters; it reads as {text}."
    if read.has_comma or read.is_odd:
        if answers.get(about) in read.readings:
            text = answers[about]
        else:
            doubts.append(_choose(about, sentence, read.readings))
    if read.comparator and answers.get(About.INEQUALITY) not in read.readings:
        doubts.append(_inequality(kind, read.comparator, read.readings))
    return Told(doubts=tuple(doubts)) if doubts else Told(text)


def word(kind: Kind, printed: str, answers: Mapping[About, str]) -> Told:
    """Return the word of a value as the chart keeps it, or the question which it is."""
    known = words_of(kind)
    if (answered := answers.get(About.WORD)) in known:
        return Told(answered)
    meaning = words().answer(printed)
    if kind.form is Form.TRUTH:
        meaning = TRUTHS.get(meaning or "", meaning)
    if meaning in known:
        return Told(meaning)
    if meaning == "no_result" or not printed.strip():
        return _no_number(kind, printed)
    sentence = f"{kind.label}: {short(printed)} is not one of {', '.join(known)}."
    return Told(doubts=(_choose(About.WORD, sentence, known),))


def words_of(kind: Kind) -> tuple[str, ...]:
    """Return the words that a kind is answered with."""
    if kind.form is Form.TRUTH:
        return "yes", "no"
    return RESULTS if kind.form is Form.RESULT else LEVELS


def _no_number(kind: Kind, printed: str) -> Told:
    """Say that there is no result; what is no known word for that waits to be seen."""
    if not printed.strip():
        sentence, is_expected = f"{kind.label}: no value is printed.", True
    elif words().answer(printed) == "no_result":
        sentence, is_expected = f"{kind.label}: {short(printed)}, so there is no result.", True
    else:
        sentence, is_expected = f"{kind.label}: {short(printed)} is not a number.", False
    if is_expected:
        return Told(doubts=(Doubt(About.NO_NUMBER, Asks.NOTHING, sentence, ()),), is_left_out=True)
    return Told(doubts=(Doubt(About.NO_NUMBER, Asks.CONFIRMATION, sentence, (LEAVE_OUT,)),))


def _inequality(kind: Kind, comparator: str, readings: tuple[str, ...]) -> Doubt:
    side = "below" if comparator[0] == "<" else "above"
    sentence = (
        f"{kind.label}: the laboratory prints {comparator}{readings[0]}, no exact number; "
        f"the true value may lie {side} it. Should the limit itself be recorded?"
    )
    return _choose(About.INEQUALITY, sentence, readings)


def _choose(about: About, sentence: str, texts: tuple[str, ...]) -> Doubt:
    choices = tuple(Choice(text, text) for text in texts)
    return Doubt(about, Asks.VALUE, sentence, (*choices, LEAVE_OUT))
