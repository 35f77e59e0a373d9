"""From results as printed to proposals: kind, unit, number, day, the finding, and every doubt.

The finding of a row is made by the same `read` as a typed one, from the same text and unit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType

from dashboard.clinical.clearance.findings import ABNORMAL_FLAGS, Collection, Finding, Rejected
from dashboard.clinical.clearance.findings import read as read_finding
from dashboard.clinical.clearance.kinds import Form as KindForm
from dashboard.clinical.clearance.kinds import Kind
from dashboard.clinical.clearance.rules import RuleSet
from dashboard.clinical.laboratory.units import unit as unit_name
from dashboard.clinical.laboratory.words import words
from dashboard.findings.reports.days import day_of, example_of, in_order
from dashboard.findings.reports.duplicates import with_duplicates
from dashboard.findings.reports.intervals import Limits, is_reversed, limits
from dashboard.findings.reports.kinds import LEAVE_OUT, is_number, named
from dashboard.findings.reports.model import (
    LEAVE,
    TAKE,
    About,
    Answers,
    Asks,
    Choice,
    Doubt,
    Moment,
    Printed,
    Report,
    Row,
    Status,
)
from dashboard.findings.reports.text import short
from dashboard.findings.reports.unit_choice import chosen, in_unit
from dashboard.findings.reports.values import number, word
from dashboard.findings.typed import what_was_meant

NO_ANSWERS: Mapping[About, str] = MappingProxyType({})
NO_DATE = Moment()
TAKE_IT = Choice(TAKE, "Take it")


@dataclass
class _Reading:
    """A row while it is being understood."""

    printed: Printed
    answers: Mapping[About, str]
    rules: RuleSet
    today: date
    example: Moment = NO_DATE
    doubts: list[Doubt] = field(default_factory=list)
    is_left_out: bool = False

    def confirm(self, about: About, sentence: str) -> None:
        """Ask for a confirmation, unless it was given."""
        if self.answers.get(about) != TAKE:
            self.doubts.append(Doubt(about, Asks.CONFIRMATION, sentence, (TAKE_IT, LEAVE_OUT)))


def judged(
    printed: Sequence[Printed], *, rules: RuleSet, today: date, answers: Answers | None = None
) -> tuple[Row, ...]:
    """Read every result of a report, with what was answered so far."""
    told = answers or {}
    rows = []
    example = example_of((one.collected for one in printed), today)
    for index, one in enumerate(printed, 1):
        answered = told.get(str(index), NO_ANSWERS)
        rows.append(_row(str(index), _Reading(one, answered, rules, today, example)))
    return with_duplicates(rows, answers=told)


def answered(report: Report, *, answers: Answers, rules: RuleSet, today: date) -> Report:
    """Read a report again with what a person answered; rows may then ask something further.

    Answers that are no choice of their doubt, and answers to what was not asked, change nothing.
    """
    printed = [row.printed for row in report.rows]
    return replace(report, rows=judged(printed, rules=rules, today=today, answers=answers))


def _row(id: str, reading: _Reading) -> Row:
    printed = reading.printed
    if not printed.status.is_a_result:
        _withdraw(reading)
    told = named(printed, answer=_kind_answer(reading), rules=reading.rules)
    if told.doubt:
        reading.doubts.append(told.doubt)
    reading.is_left_out |= told.is_left_out
    row = Row(id=id, printed=printed, is_left_out=reading.is_left_out)
    if told.kind is not None:
        row = _of_kind(row, told.kind, reading)
    is_left_out = reading.is_left_out or LEAVE in reading.answers.values()
    doubts = _final(reading.doubts)
    is_forbidden = any(doubt.asks is Asks.NOTHING for doubt in doubts)
    finding = None if is_forbidden else row.finding
    return replace(row, doubts=doubts, is_left_out=is_left_out, finding=finding)


def _final(doubts: Sequence[Doubt]) -> tuple[Doubt, ...]:
    """Return the doubts; only what forbids the row, where something does."""
    forbidding = next((doubt for doubt in doubts if doubt.asks is Asks.NOTHING), None)
    return (forbidding,) if forbidding else tuple(doubts)


def _kind_answer(reading: _Reading) -> str | None:
    answers = reading.answers
    return answers.get(About.KIND_UNSURE) or answers.get(About.NAME_UNKNOWN)


def _withdraw(reading: _Reading) -> None:
    told = reading.printed.status_printed or "withdrawn"
    sentence = f"The laboratory says of {short(reading.printed.name)}: {told}. It is not taken."
    reading.doubts.append(Doubt(About.WITHDRAWN, Asks.NOTHING, sentence, ()))
    reading.is_left_out = True


def _of_kind(row: Row, kind: Kind, reading: _Reading) -> Row:
    printed = reading.printed
    on = day_of(printed, answers=reading.answers, today=reading.today, example=reading.example)
    row = replace(
        row, kind=kind.name, label=kind.label, collected_on=on.day,
        collected_at=printed.collected.at_on(on.day),
        resulted_on=in_order(printed.resulted, reading.answers).on,
    )  # fmt: skip
    if is_number(kind):
        row = _number(row, kind, reading)
    elif kind.form is KindForm.PRESSURE:
        told = unit_name(printed.unit) or printed.unit or "mmHg"
        row = replace(row, number=printed.value.strip(), unit=told)
        row = _with_finding(row, reading, Limits())
    else:
        row = _word(row, kind, reading)
    if on.doubt:
        reading.doubts.append(on.doubt)
    if printed.status is Status.PRELIMINARY:
        told = printed.status_printed or "preliminary"
        reading.confirm(About.PRELIMINARY, f"This result is not final ({told}): it may change.")
    return row if on.day else replace(row, finding=None)


def _word(row: Row, kind: Kind, reading: _Reading) -> Row:
    told = word(kind, reading.printed.value, reading.answers)
    reading.doubts += told.doubts
    reading.is_left_out |= told.is_left_out
    if told.text is None:
        return row
    return _with_finding(replace(row, number=told.text), reading, Limits())


def _number(row: Row, kind: Kind, reading: _Reading) -> Row:
    printed = reading.printed
    told = number(kind, printed.value, reading.answers)
    reading.doubts += told.doubts
    reading.is_left_out |= told.is_left_out
    if told.is_left_out:
        return row
    interval = _limits(reading)
    unit = in_unit(kind, printed=printed.unit, text=told.text, limits=interval, rules=reading.rules)
    about = unit.doubt.about if unit.doubt else None
    entry = chosen(kind, reading.answers.get(about)) if about else unit.entry
    row = replace(row, number=told.text, unit=entry.unit if entry else None)
    if entry and interval.unit not in {None, entry.unit}:
        interval = Limits()
        reading.confirm(
            About.INTERVAL_UNREAD,
            f"The interval {short(printed.interval)} is in another unit than the value; "
            "take the value without it?",
        )
    if entry is None and unit.doubt:
        reading.doubts.append(unit.doubt)
    elif told.text:
        row = _with_finding(row, reading, interval, is_confirmed=about is About.UNIT_OTHER)
    return replace(row, ref_low=interval.low, ref_high=interval.high)


def _limits(reading: _Reading) -> Limits:
    read = limits(reading.printed.interval)
    if read is None:
        told = short(reading.printed.interval)
        why = "is printed the wrong way round" if is_reversed(reading.printed.interval) else ""
        reading.confirm(
            About.INTERVAL_UNREAD,
            f"The interval {told} {why or 'cannot be read'}; take the value without it?",
        )
    return read or Limits()


def _with_finding(
    row: Row, reading: _Reading, interval: Limits, *, is_confirmed: bool = False
) -> Row:
    """Make the finding as the entry page would; ask where it questions, say where it refuses."""
    is_confirmed = is_confirmed or reading.answers.get(About.VALUE_UNUSUAL) == TAKE
    try:
        finding = _finding(row, reading, interval, is_confirmed=is_confirmed)
    except Rejected as refused:
        words = str(refused).removeprefix(f"{row.kind}: ")
        sentence = f"Refused: {row.label}: {words}. {_meant(row, reading.rules)}".strip()
        refusal = Doubt(About.VALUE_IMPOSSIBLE, Asks.CONFIRMATION, sentence, (LEAVE_OUT,))
        reading.doubts.append(refusal)
        return row
    if finding.question:
        question = f"{row.label}: {finding.question}. {_meant(row, reading.rules)}"
        reading.confirm(About.VALUE_UNUSUAL, question.strip())
    return replace(row, finding=finding)


def _meant(row: Row, rules: RuleSet) -> str:
    kind = rules.kinds.get(row.kind or "")
    return what_was_meant(kind, row.number or "", row.unit or "") if kind else ""


def _finding(row: Row, reading: _Reading, interval: Limits, *, is_confirmed: bool) -> Finding:
    printed = reading.printed
    taken = Collection(
        on=row.collected_on or reading.today,
        at=row.collected_at,
        resulted_on=row.resulted_on,
        ref_low=interval.low,
        ref_high=interval.high,
        flag=flag_of(printed.flag),
        source="lab",
        is_confirmed=is_confirmed,
    )
    kind, text = row.kind or "", row.number or ""
    return read_finding(kind, value=text, unit=row.unit, taken=taken, rules=reading.rules)


def flag_of(printed: str) -> str:
    """Return a flag in the words the chart knows: whatever marks a result marks the finding."""
    told = printed.strip().upper()
    return told if told in ABNORMAL_FLAGS else words().mark(printed) or told
