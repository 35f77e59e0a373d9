"""HL7 v2: one or several ORU^R01 messages of one patient, read into proposals."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from dashboard.clinical.clearance.rules import RuleSet
from dashboard.findings.reports.hl7_results import Order
from dashboard.findings.reports.judging import judged
from dashboard.findings.reports.model import Form, Person, Printed, Remark, Report, Unreadable
from dashboard.findings.reports.moments import HL7, Clock
from dashboard.findings.reports.pressures import with_pressures
from dashboard.findings.reports.segments import Segment, messages
from dashboard.findings.reports.text import MOST_ROWS, short

SEXES = {"F": "F", "M": "M"}
NO_RESULT = "The message holds no result (OBX segment)."


def read_hl7(text: str, *, rules: RuleSet, today: date, zone: ZoneInfo) -> Report:
    """Read HL7 messages; raise `Unreadable` with the line of what cannot be read.

    A time without zone has the zone of its message's header, else the practice's. Messages of
    more than one patient are refused.
    """
    read = _Read(Clock(zone, today))
    told = messages(text)
    if len(told) > 1:
        _refuse_nobody(told)
    for message in told:
        read.take(message)
    if not read.printed:
        raise Unreadable(NO_RESULT)
    return Report(
        form=Form.HL7,
        rows=judged(with_pressures(read.printed), rules=rules, today=today),
        person=read.person,
        laboratory=read.laboratory,
        remarks=tuple(read.remarks),
    )


class _Read:
    """What was read so far, message by message."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.person: Person | None = None
        self.laboratory: str | None = None
        self.printed: list[Printed] = []
        self.remarks: list[Remark] = []

    def take(self, message: Sequence[Segment]) -> None:
        """Take in one message, order by order."""
        header = message[0]
        _refuse_other_types(header)
        stamp = HL7.fullmatch(header.text(7))
        zone = stamp[7] if stamp and stamp[7] else ""
        order = Order(None, self.clock, zone)
        for segment in message[1:]:
            if segment.name == "OBR":
                self.printed += order.results
                order = Order(segment, self.clock, zone)
            else:
                self._take_segment(segment, order)
            if len(self.printed) + len(order.results) > MOST_ROWS:
                raise Unreadable(f"The file has more than {MOST_ROWS:,} results; send it in parts.")
        self.printed += order.results
        self.laboratory = self.laboratory or header.text(4) or header.text(3) or None

    def _take_segment(self, segment: Segment, order: Order) -> None:
        match segment.name:
            case "PID":
                self._take_person(segment)
            case "OBX":
                order.take(segment)
                self.laboratory = self.laboratory or segment.text(23) or None
            case "SPM":
                order.of_specimen(segment)
            case "NTE":
                told = "\n".join(" ".join(one) for one in segment.field(3)).strip()
                if not order.note(told) and told:
                    self.remarks.append(Remark(f"line {segment.line}", told))

    def _take_person(self, pid: Segment) -> None:
        person = _person(pid, self.clock)
        if self.person is not None and person != self.person:
            raise Unreadable(
                f"Line {pid.line}: the file holds results of more than one patient. "
                "Import one patient at a time; nothing was taken."
            )
        self.person = person


def _refuse_nobody(told: Sequence[Sequence[Segment]]) -> None:
    """Refuse several messages of which one names no patient: it could be anybody's."""
    for message in told:
        if all(segment.name != "PID" for segment in message):
            raise Unreadable(
                f"Line {message[0].line}: this message names no patient (PID), and the file holds "
                "others. Import it alone; nothing was taken."
            )


def _refuse_other_types(header: Segment) -> None:
    kind, trigger = header.text(9), header.text(9, 2)
    if kind != "ORU":
        told = "^".join(filter(None, [kind, trigger])) or "of no type"
        raise Unreadable(
            f"Line {header.line}: this message is {short(told)}; results are sent as ORU^R01."
        )
    version = header.text(12)
    if version and not re.fullmatch(r"2(?:\.\d)*", version, re.ASCII):
        raise Unreadable(f"Line {header.line}: HL7 version {short(version)} is not 2.x.")


def _person(pid: Segment, clock: Clock) -> Person:
    family = pid.text(5).split(pid.marks.part)[0].strip()
    given = " ".join(filter(None, [pid.text(5, 2), pid.text(5, 3)]))
    sex = pid.text(8)
    return Person(
        name=f"{given} {family}".strip() or None,
        family=family or None,
        given=given or None,
        birth_date=_birth_date(pid.text(7), clock),
        sex=SEXES.get(sex),
        sex_printed=sex,
        identifiers=tuple(filter(None, (one[0].strip() for one in pid.field(3) if one))),
    )


def _birth_date(printed: str, clock: Clock) -> date | None:
    """Return the day as it is written: a birth date has no zone."""
    return clock.of_hl7(printed[:8]).on
