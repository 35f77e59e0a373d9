"""A report read with everything that was answered so far, with each question that was put.

A report asks in rounds: what is answered may lead to the next question. The answers given are
taken only for questions that were put, in their order, so that a stale answer changes nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256

from dashboard.clinical.clearance import RuleSet
from dashboard.findings.reports import About, Asks, Doubt, Report, Row, answered

MOST_ROUNDS = 8
DAYS = frozenset({About.DATE_MISSING, About.DATE_UNSURE, About.DATE_ORDER, About.DATE_FUTURE})
FORBIDDEN = Asks.NOTHING


@dataclass(frozen=True)
class Question:
    """One doubt as it was put, the name of its field, and of the field shared by its like."""

    row: Row
    doubt: Doubt
    name: str
    shared: str

    @property
    def about(self) -> About:
        """What it is about."""
        return self.doubt.about


@dataclass
class Rounds:
    """A report after all rounds, and the questions of each row in the order they were put."""

    report: Report
    questions: dict[str, list[Question]] = field(default_factory=dict)
    told: dict[str, dict[About, str]] = field(default_factory=dict)

    @cached_property
    def _rows(self) -> Mapping[str, Row]:
        """The rows after all rounds, by their ids; asked for once the rounds are over."""
        return {row.id: row for row in self.report.rows}

    def of(self, row: Row) -> tuple[Question, ...]:
        """Return the questions put about a row."""
        return tuple(self.questions.get(row.id, ()))

    def shared(self) -> Mapping[str, tuple[Question, ...]]:
        """Return the questions about days that stand at several rows alike, by their one field."""
        found: dict[str, list[Question]] = {}
        for questions in self.questions.values():
            for one in questions:
                if one.shared:
                    found.setdefault(one.shared, []).append(one)
        return {name: tuple(ones) for name, ones in found.items() if len(ones) > 1}

    def is_open(self, question: Question) -> bool:
        """Whether a question still waits for its answer."""
        row = self._rows[question.row.id]
        return not row.is_left_out and row.doubt(question.about) is not None


def rounds(report: Report, given: Mapping[str, str], *, rules: RuleSet, today: dt.date) -> Rounds:
    """Read a report round by round; `given` is what the fields hold, by their names."""
    found = Rounds(report)
    for _ in range(MOST_ROUNDS):
        if not _put(found):
            break
        if not _answer(found, given):
            break
        found.report = answered(report, answers=found.told, rules=rules, today=today)
    return found


def named(row: Row, about: About) -> str:
    """Return the name of the field that answers a doubt of a row."""
    return f"row-{row.id}-{about.value}"


def _put(found: Rounds) -> bool:
    """Note every doubt that was not put before; return whether there is one."""
    is_new = False
    for row, doubt in _doubts(found.report):
        put = found.questions.setdefault(row.id, [])
        if all(one.about is not doubt.about for one in put):
            put.append(Question(row, doubt, named(row, doubt.about), _shared(doubt)))
            is_new = True
    return is_new


def _doubts(report: Report) -> Iterator[tuple[Row, Doubt]]:
    for row in report.rows:
        for doubt in row.doubts:
            if doubt.asks is not FORBIDDEN:
                yield row, doubt


def _answer(found: Rounds, given: Mapping[str, str]) -> bool:
    """Take the answers to the questions put so far; return whether anything is new."""
    before = {id: dict(answers) for id, answers in found.told.items()}
    for row_id, questions in found.questions.items():
        for one in questions:
            answer = given.get(one.name) or (given.get(one.shared) if one.shared else "")
            if answer:
                found.told.setdefault(row_id, {})[one.about] = answer
    return found.told != before


def _shared(doubt: Doubt) -> str:
    """Return the name of the field that answers all doubts about a day in the same words."""
    if doubt.about not in DAYS:
        return ""
    return f"days-{sha256(doubt.sentence.encode()).hexdigest()[:10]}"
