"""A pasted laboratory table read into proposals, whatever separates its columns.

Every line is a result, or is kept as a remark: heads, footers and comments are never results.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from dashboard.clinical.clearance.rules import RuleSet
from dashboard.clinical.laboratory.results import results
from dashboard.clinical.laboratory.units import unit
from dashboard.findings.reports.cells import Line, is_value, lines_of, loose
from dashboard.findings.reports.columns import Column, Head, Holds, head_of
from dashboard.findings.reports.content import Content, details, status_of
from dashboard.findings.reports.intervals import is_interval, is_reversed
from dashboard.findings.reports.judging import judged
from dashboard.findings.reports.model import (
    Form,
    Moment,
    Printed,
    Remark,
    Report,
    Unreadable,
)
from dashboard.findings.reports.moments import Clock, order_of
from dashboard.findings.reports.numbers import amount, parted
from dashboard.findings.reports.surroundings import UNDATED, Surroundings, is_labelled
from dashboard.findings.reports.text import MOST_ROWS, checked

NO_RESULT = (
    "No result was found in this text. A result is a line with a name and a value, such as "
    "Potassium 4.1 mmol/L 3.5-5.1."
)
OTHER_FORMS = {
    "MSH": "This is an HL7 message: import it as HL7, not as a table.",
    "FHS": "This is a file of HL7 messages: import it as HL7, not as a table.",
    "BHS": "This is a batch of HL7 messages: import it as HL7, not as a table.",
    "{": "This is a FHIR file: import it as FHIR, not as a table.",
}


def read_table(text: str, *, rules: RuleSet, today: date, zone: ZoneInfo) -> Report:
    """Read a pasted table; raise `Unreadable` when there is no result in it.

    A date without zone is the practice's; 03/04/2026 is read in the order that other dates of
    the table prove (11/13/2026 month first, 13/11/2026 day first), and is asked about without one.
    """
    told = checked(text)
    for start, sentence in OTHER_FORMS.items():
        if told.lstrip("\v \r\n").startswith(start):
            raise Unreadable(sentence)
    clock = Clock(zone, today, order_of(told))
    table = _Table(Surroundings(clock), clock)
    for line in lines_of(told):
        table.take(line)
    if not table.results:
        raise Unreadable(NO_RESULT)
    return Report(
        form=Form.TABLE,
        rows=judged(table.dated(), rules=rules, today=today),
        person=table.around.person(),
        laboratory=table.around.laboratory,
        remarks=tuple(table.remarks),
    )


class _Table:
    """The results and remarks that were met so far, line by line."""

    def __init__(self, around: Surroundings, clock: Clock) -> None:
        self.around, self.clock = around, clock
        self.head: Head | None = None
        self.results: list[Printed] = []
        self.remarks: list[Remark] = []
        self._days_told_after: list[int] = []  # how many results stood before each day told
        self._has_days_in_head = False

    def dated(self) -> list[Printed]:
        """Return the results; a day told once, below all of them, is the day of those without."""
        is_below = self._days_told_after == [len(self.results)] and not self._has_days_in_head
        if not is_below:
            return self.results
        return [
            replace(one, collected=self.around.collected) if one.collected == UNDATED else one
            for one in self.results
        ]

    def take(self, line: Line) -> None:
        """Take in one line; raise `Unreadable` past the last row that is read."""
        head = head_of(line, clock=self.clock)
        found = () if head or _is_told_around(line) else tuple(self._results(line))
        self.results += found
        if len(self.results) > MOST_ROWS:
            raise Unreadable(f"The report has more than {MOST_ROWS:,} results; send it in parts.")
        if head:
            self.head = head
            self._has_days_in_head |= any(one.at or one.is_earlier for one in head.columns)
        if not found:
            place = f"line {line.number}"
            if not head:
                told, before = [text for text in line.texts if text], self.around.collected
                self.around.hear(told, place=place, is_head=not self.results)
                if self.around.collected is not before:
                    self._days_told_after.append(len(self.results))
            self.remarks.append(Remark(place, line.text.strip()))

    def _results(self, line: Line) -> Iterator[Printed]:
        if self.head and self._is_in_columns(line, self.head):
            yield from self._by_columns(line, self.head)
        else:
            one = self._by_content(line)
            if one:
                yield one

    def _is_in_columns(self, line: Line, head: Head) -> bool:
        """Whether each cell belongs to a column for certain."""
        return line.is_aligned or len(line.cells) == len(head.columns) or len(head.values) > 1

    def _by_columns(self, line: Line, head: Head) -> Iterator[Printed]:
        cells = _placed(line, head)
        if cells is None:
            yield from self._out_of_line(line, head)
            return
        named = {column.holds: text for column, text in cells if column.holds and text}
        name = named.get(Holds.NAME) or next((text for _, text in cells if text), "")
        values = [(i, c, t) for i, (c, t) in enumerate(cells, 1) if c.holds is Holds.VALUE and t]
        is_full = len(line.cells) >= len(head.columns) and any(is_value(t) for _, _, t in values)
        is_known = results().named(name).is_known or Holds.CODE in named
        has_more = bool(unit(named.get(Holds.UNIT, ""))) or is_interval(
            named.get(Holds.INTERVAL, "")
        )
        if not _is_name(name) or not (is_full or is_known or has_more) or not values:
            return
        for index, column, text in values:
            place = f"line {line.number}"
            if len(head.values) > 1:
                place += f", column {index}"
            yield self._printed(place, name, text, column, named)

    def _out_of_line(self, line: Line, head: Head) -> Iterator[Printed]:
        """Return the values of a line that may belong to any of the dates above it."""
        one = self._by_content(line)
        if one is None:
            return
        above = [column.at for column in head.values if column.at]
        days = [day for at in above for day in ((at.on,) if at.on else at.others)]
        undated = replace(one, collected=Moment(others=tuple(dict.fromkeys(days))))
        values = [
            text
            for text in line.texts[1:]
            if amount(text) and not is_interval(text) and not is_reversed(text)
        ]
        for text in values or [one.value]:
            value, spelled, flag = parted(text, unit=one.unit)
            yield replace(undated, value=value, unit=spelled, flag=flag, comments=())

    def _printed(
        self, place: str, name: str, value: str, column: Column, named: dict[Holds, str]
    ) -> Printed:
        value, own = _dated(value, self.clock)
        collected = own or column.at or self._moment(named, Holds.COLLECTED)
        if collected is None:
            collected = Moment() if column.is_earlier else self.around.collected
        value, spelled, flag = parted(
            value,
            unit=named.get(Holds.UNIT, ""),
            flag="" if column.at else named.get(Holds.FLAG, ""),
        )
        comment = named.get(Holds.COMMENT)
        status = named.get(Holds.STATUS, "")
        return Printed(
            place=place,
            name=name,
            value=value,
            code=named.get(Holds.CODE, ""),
            unit=spelled,
            interval=named.get(Holds.INTERVAL, ""),
            flag=flag,
            collected=collected,
            resulted=self._moment(named, Holds.RESULTED) or self.around.resulted,
            status=status_of(status, is_column=True),
            status_printed=status,
            specimen=named.get(Holds.SPECIMEN, self.around.specimen),
            comments=(comment,) if comment else (),
        )

    def _moment(self, named: dict[Holds, str], holds: Holds) -> Moment | None:
        return self.clock.moment(named[holds]) if holds in named else None

    def _by_content(self, line: Line) -> Printed | None:
        """Read a line by what its cells look like: the name first, then the value."""
        texts = [text for text in line.texts if text]
        is_loose = len(texts) < 2
        if is_loose:
            parts = loose(line.text)
            if parts is None:
                return None
            texts = [parts[0], parts[1], *details(parts[2])]
        read = Content(self.clock)
        for text in texts:
            read.take(text)
        known = results().named(read.name).is_known
        is_sided = bool(read.interval) and not is_reversed(read.interval)
        if not _is_name(read.name) or not read.value or not (known or read.unit or is_sided):
            return None
        return self._finished(read, line)

    def _finished(self, read: Content, line: Line) -> Printed:
        value, own = _dated(read.value, self.clock)
        dated = [one.at for one in self.head.values if one.at] if self.head else []
        column = dated[0] if len(dated) == 1 else None
        undated = Moment() if len(dated) > 1 else self.around.collected
        return Printed(
            place=f"line {line.number}",
            name=read.name,
            value=value,
            unit=read.unit,
            interval=read.interval,
            flag=read.flag,
            collected=own or read.collected or column or undated,
            resulted=self.around.resulted,
            status=status_of(read.status),
            status_printed=read.status,
            specimen=self.around.specimen,
            comments=tuple(read.others),
        )


def _is_told_around(line: Line) -> bool:
    """Whether a line tells of patient, laboratory or time, and does not begin with a result."""
    parts = loose(line.text)
    first = parts[0] if parts and len(line.cells) < 2 else line.texts[0]
    return is_labelled(line.text) and not results().named(first).is_known


def _placed(line: Line, head: Head) -> list[tuple[Column, str]] | None:
    """Return every column with what stands in it; None where the columns do not line up."""
    if line.is_aligned or len(line.cells) == len(head.columns):
        padded = [*line.texts, *[""] * len(head.columns)]
        return [(column, padded[index]) for index, column in enumerate(head.columns)]
    texts = [""] * len(head.columns)
    for cell in line.cells:
        under = [i for i, column in enumerate(head.columns) if column.is_above(cell)]
        if len(under) != 1 or texts[under[0]]:
            return None
        texts[under[0]] = cell.text
    return list(zip(head.columns, texts, strict=True))


def _dated(value: str, clock: Clock) -> tuple[str, Moment | None]:
    """Part a value such as "4.2 10/01/2026", an earlier result with its date."""
    read = amount(value)
    if read is None or not read.rest:
        return value, None
    moment = clock.moment(read.rest)
    if moment.on is None and not moment.others:
        return value, None
    return value[: value.rindex(read.rest)].strip(), moment


def _is_name(text: str) -> bool:
    """Whether a text can be the name of a result: "Na" is sodium here, and not "n/a"."""
    is_word = any(map(str.isalpha, text))
    return is_word and (results().named(text).is_known or not is_value(text))
