"""One line of a table without sure columns, sorted by what each of its cells looks like."""

from __future__ import annotations

from dataclasses import dataclass, field

from dashboard.clinical.laboratory.units import unit
from dashboard.clinical.laboratory.words import words
from dashboard.findings.reports.intervals import is_interval, is_reversed
from dashboard.findings.reports.model import Moment, Status
from dashboard.findings.reports.moments import Clock
from dashboard.findings.reports.numbers import amount, flag_and_unit, parted

LONGEST_UNIT = 24


@dataclass
class Content:
    """The cells of one line, sorted by what they look like."""

    clock: Clock
    name: str = ""
    value: str = ""
    unit: str = ""
    interval: str = ""
    flag: str = ""
    status: str = ""
    collected: Moment | None = None
    others: list[str] = field(default_factory=list)

    def take(self, text: str) -> None:
        """Put a cell where it belongs, by its look and by what is still open."""
        moment = self.clock.moment(text)
        if moment.on or moment.others:
            self.collected = self.collected or moment
        elif not self.name:
            self.name = text
        elif not self.value:
            self.value, self.unit, self.flag = parted(text)
        else:
            self._take_detail(text)

    def _take_detail(self, text: str) -> None:
        bare = text.strip("()[] ")
        if not self.flag and words().is_flag(text):
            self.flag = text
        elif not self.interval and (is_interval(text) or is_interval(bare)):
            self.interval = text
        elif not self.interval and is_reversed(text):
            self.interval = text  # asked about, and never judged by
        elif not self.unit and _is_unit(text):
            self.unit = text
        elif not self.status and status_of(text) is not Status.UNSTATED:
            self.status = text
        elif not self.flag and not self.unit and flag_and_unit(text):
            self.flag, self.unit = flag_and_unit(text) or ("", "")
        elif not self.interval and words().answer(bare) in {"negative", "positive"}:
            self.interval = text
        elif _is_another_value(text):
            self.value += f"; {text}"  # two numbers, and nothing says which is the result
        else:
            self.others.append(text)


def details(rest: str) -> list[str]:
    """Part what follows a value in a line with single blanks; whole if it is anything else."""
    if not rest:
        return []
    parts = rest.split(" ")
    for end in range(len(parts), 0, -1):
        first = " ".join(parts[:end])
        is_sided = is_interval(first) or is_reversed(first)
        if is_sided or _is_unit(first) or words().is_flag(first):
            return [first, *details(" ".join(parts[end:]))]
    return [rest]


def status_of(text: str, *, is_column: bool = False) -> Status:
    """Return the status that a cell states; a column of statuses may use letters or own words.

    A word in such a column that is not known is no final result until a person says so.
    """
    told = words().status(text.strip()) or words().status(text.strip().casefold())
    if told and (is_column or len(text.strip()) > 1):
        return Status(told[0])
    return Status.PRELIMINARY if is_column and text.strip() else Status.UNSTATED


def _is_another_value(text: str) -> bool:
    """Whether a cell is a number as well; "01" is how laboratories number their places."""
    read = amount(text)
    is_numbering = len(text) > 1 and text[0] == "0" and text.isdigit()
    return read is not None and not read.rest and not is_numbering


def _is_unit(text: str) -> bool:
    """Whether a cell can only be a unit: a known one, or short, with a stroke, beside no number."""
    if unit(text):
        return True
    is_short = len(text) <= LONGEST_UNIT and "/" in text and " " not in text
    return is_short and amount(text) is None and any(map(str.isalpha, text))
