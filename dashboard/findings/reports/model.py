"""What was read from a laboratory report: proposals for a person to confirm, and every doubt.

Nothing here is a finding of a chart yet. A row without an open doubt is ready; a row that is not
known, withdrawn or no number stays in the report as "not taken", so that nothing is lost silently.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from dashboard.clinical.clearance import Finding


class Unreadable(ValueError):
    """This is no report that can be read; the message says where and why, for a clinician."""


class Form(StrEnum):
    """In which form a report came."""

    TABLE = "table"
    FHIR = "FHIR"
    HL7 = "HL7"


class Status(StrEnum):
    """What the laboratory says of a result."""

    UNSTATED = "not stated"
    FINAL = "final"
    CORRECTED = "corrected"
    PRELIMINARY = "preliminary"
    WITHDRAWN = "withdrawn"

    @property
    def is_a_result(self) -> bool:
        """Whether it may be taken at all."""
        return self is not Status.WITHDRAWN


class Asks(StrEnum):
    """What sort of answer settles a doubt: which control a page shows."""

    KIND = "kind"
    UNIT = "unit"
    VALUE = "value"
    DATE = "date"  # a choice, or any other date as YYYY-MM-DD
    CONFIRMATION = "confirmation"
    NOTHING = "nothing"  # the row cannot be taken, whatever is answered


class About(StrEnum):
    """Why a row cannot be taken as it stands."""

    NAME_UNKNOWN = "name-unknown"
    KIND_UNSURE = "kind-unsure"
    KIND_NOT_KEPT = "kind-not-kept"
    UNIT_MISSING = "unit-missing"
    UNIT_UNKNOWN = "unit-unknown"
    UNIT_OTHER = "unit-other"
    VALUE_UNUSUAL = "value-unusual"
    VALUE_IMPOSSIBLE = "value-impossible"
    INEQUALITY = "inequality"
    DECIMAL_COMMA = "decimal-comma"
    ODD_CHARACTERS = "odd-characters"
    WORD = "word"
    NO_NUMBER = "no-number"
    INTERVAL_UNREAD = "interval-unread"
    DUPLICATE = "duplicate"
    DATE_MISSING = "date-missing"
    DATE_UNSURE = "date-unsure"
    DATE_ORDER = "date-order"  # 03/04/2026: one answer for every such date of the report
    DATE_FUTURE = "date-future"
    PRELIMINARY = "preliminary"
    WITHDRAWN = "withdrawn"


LEAVE = "leave"  # the answer, possible to every doubt, that a row is not taken
TAKE = "take"  # the answer that confirms what a doubt of confirmation describes


@dataclass(frozen=True)
class Choice:
    """One answer to a doubt: what a form sends, and how it reads."""

    value: str
    label: str
    is_proposed: bool = False


@dataclass(frozen=True)
class Doubt:
    """One open question about a row, in a plain sentence, with the answers it can have."""

    about: About
    asks: Asks
    sentence: str
    choices: tuple[Choice, ...]

    @property
    def proposed(self) -> Choice | None:
        """The answer that the report itself speaks for, if any; never taken without a person."""
        return next((choice for choice in self.choices if choice.is_proposed), None)


@dataclass(frozen=True)
class Moment:
    """A day, and the instant where the report gives one; `printed` is how it stands there.

    `on` is the day in the practice's time zone. None: the report gives no day that can be read.
    """

    on: date | None = None
    at: datetime | None = None
    printed: str = ""
    others: tuple[date, ...] = ()  # the days it could be as well: 03/04/2026 the other way round
    times: tuple[tuple[date, datetime], ...] = ()  # the instant of each day that it could be
    is_order_open: bool = False  # `others` are it read month first and day first; none is likelier

    def at_on(self, day: date | None) -> datetime | None:
        """Return the instant where it is of this day; None where no time is given."""
        return self.at if day == self.on else dict(self.times).get(day) if day else None


@dataclass(frozen=True, kw_only=True)
class Printed:
    """One result as the laboratory printed it, nothing understood yet but where it stands."""

    place: str  # "line 7", "line 7, column 3", "entry[3].resource", "segment 9, OBX 4"
    name: str
    value: str
    code: str = ""  # LOINC where the report says so
    local_code: str = ""
    unit: str = ""
    interval: str = ""
    flag: str = ""
    collected: Moment = Moment()
    resulted: Moment = Moment()
    status: Status = Status.UNSTATED
    status_printed: str = ""
    identifier: str = ""  # the laboratory's own number of this result
    specimen: str = ""
    comments: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Row:
    """One result: as printed, as understood, what is in doubt, and the finding it would become.

    `kind` None: not known. `unit` None: not understood, or the kind has none. `number` is the text
    that would be typed into the entry page. `finding` is exactly what typing it there would give.
    """

    id: str  # "1", "2" ... in the order of the report, the same whenever the text is read again
    printed: Printed
    kind: str | None = None
    label: str = ""
    unit: str | None = None
    number: str | None = None
    ref_low: Decimal | None = None
    ref_high: Decimal | None = None
    collected_on: date | None = None
    collected_at: datetime | None = None
    resulted_on: date | None = None
    doubts: tuple[Doubt, ...] = ()
    finding: Finding | None = None
    is_left_out: bool = False

    @property
    def is_ready(self) -> bool:
        """Whether it can be taken as it stands."""
        return self.finding is not None and not self.doubts and not self.is_left_out

    @property
    def status(self) -> Status:
        """What the laboratory says of the result."""
        return self.printed.status

    def doubt(self, about: About) -> Doubt | None:
        """Return the open doubt of this sort."""
        return next((doubt for doubt in self.doubts if doubt.about is about), None)


@dataclass(frozen=True)
class Person:
    """Whom a report names as its patient; None where it does not say.

    `sex` is "F" or "M", for comparison with a chart; `sex_printed` is what stands there.
    `other_birth_date` is the birth date read day first, where its order is not known; `called` is
    how results call their patient in words alone, beside the patient that the report describes.
    """

    name: str | None = None
    family: str | None = None
    given: str | None = None
    birth_date: date | None = None
    other_birth_date: date | None = None
    sex: str | None = None
    sex_printed: str = ""
    identifiers: tuple[str, ...] = ()
    called: str = ""


@dataclass(frozen=True)
class Remark:
    """Text of a report that is no result: page heads, footers, comments; kept with its place."""

    place: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Report:
    """A report as it was read. `person` None: it names nobody."""

    form: Form
    rows: tuple[Row, ...]
    person: Person | None = None
    laboratory: str | None = None
    remarks: tuple[Remark, ...] = ()

    @property
    def ready(self) -> tuple[Row, ...]:
        """The rows that can be taken as they stand."""
        return tuple(row for row in self.rows if row.is_ready)

    @property
    def is_settled(self) -> bool:
        """Whether no row waits for an answer."""
        return all(row.is_ready or row.is_left_out for row in self.rows)

    def row(self, id: str) -> Row:
        """Return one row; raise LookupError."""
        for row in self.rows:
            if row.id == id:
                return row
        raise LookupError(f"this report has no row {id}")


Answers = Mapping[str, Mapping[About, str]]  # by the row's id: what was answered to each doubt
