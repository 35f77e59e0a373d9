"""One HL7 result (OBX) under its order (OBR), read into a result as printed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from dashboard.clinical.laboratory.results import results
from dashboard.clinical.laboratory.units import unit as spelled
from dashboard.clinical.laboratory.words import words
from dashboard.findings.reports.model import Moment, Printed, Status, Unreadable
from dashboard.findings.reports.moments import HL7, Clock
from dashboard.findings.reports.numbers import parted
from dashboard.findings.reports.segments import Segment

CODED = frozenset({"CE", "CWE", "CF", "CNE", "IS", "ID"})
ATTACHED = frozenset({"ED", "RP"})


@dataclass
class Order:
    """One order and the results that follow it; specimen and comments come behind them."""

    segment: Segment | None
    clock: Clock
    zone_of_message: str = ""
    results: list[Printed] = field(default_factory=list)

    def take(self, obx: Segment) -> None:
        """Take in one result; raise `Unreadable` when it does not say what was measured."""
        loinc, local, name = _identity(obx)
        value, unit, flag = parted(_value(obx), unit=_unit(obx), flag=_flag(obx))
        status, told = self._status(obx)
        self.results.append(
            Printed(
                place=f"line {obx.line}, OBX {obx.text(1)}".strip(),
                name=name,
                value=value,
                code=loinc,
                local_code=local,
                unit=unit,
                interval=obx.text(7),
                flag=flag,
                collected=self._collected(obx),
                resulted=self._moment(obx, 19) or self._moment(self.segment, 22) or Moment(),
                status=status,
                status_printed=told,
                identifier=self.segment.text(3) if self.segment else "",
                specimen=_specimen(self.segment),
            )
        )

    def note(self, text: str) -> bool:
        """Add a comment to the last result; say whether there is one."""
        if self.results and text:
            last = self.results[-1]
            self.results[-1] = replace(last, comments=(*last.comments, text))
        return bool(self.results)

    def of_specimen(self, spm: Segment) -> None:
        """Add the specimen, and its time where the order has none, to the results before it."""
        told = spm.text(4, 2) or spm.text(4)
        taken = self._moment(spm, 17)
        for index, one in enumerate(self.results):
            collected = taken if taken and not one.collected.printed else one.collected
            both = ", ".join(dict.fromkeys(filter(None, [one.specimen, told])))
            self.results[index] = replace(one, specimen=both, collected=collected)

    def _collected(self, obx: Segment) -> Moment:
        """Return the time of collection; two days where order and result do not agree."""
        of_order, own = self._moment(self.segment, 7), self._moment(obx, 14)
        if of_order and own and of_order.on and own.on and of_order.on != own.on:
            printed = f"{of_order.printed} (OBR-7), {own.printed} (OBX-14)"
            return Moment(printed=printed, others=(of_order.on, own.on))
        return of_order or own or Moment()

    def _moment(self, segment: Segment | None, number: int) -> Moment | None:
        printed = segment.text(number) if segment else ""
        if not printed:
            return None
        has_own = bool((found := HL7.fullmatch(printed)) and found[7])
        read = self.clock.of_hl7(printed if has_own else _with_zone(printed, self.zone_of_message))
        return replace(read, printed=printed)

    def _status(self, obx: Segment) -> tuple[Status, str]:
        code = obx.text(11) or (self.segment.text(25) if self.segment else "")
        if not code:
            return Status.UNSTATED, ""
        told = words().status(code)
        if told is None:
            return Status.PRELIMINARY, f"a status that is not known, {code[:8]}"
        return Status(told[0]), told[1]


def _specimen(order: Segment | None) -> str:
    """Return what an order says of its specimen (OBR-15): source, additives, text, site."""
    told = order.field(15) if order else []
    return " ".join(" ".join(told[0]).split()) if told else ""


def _with_zone(printed: str, zone: str) -> str:
    """Return a time with the message's zone; a day, or a time without one, stays as it is."""
    is_time = len(printed) >= len("202611200730")
    return f"{printed}{zone}" if is_time else printed


def _identity(obx: Segment) -> tuple[str, str, str]:
    """Return LOINC code, the laboratory's own code, and the name; no code where two disagree."""
    loinc, local, coded = "", "", []
    for code, system in ((obx.text(3), obx.text(3, 3)), (obx.text(3, 4), obx.text(3, 6))):
        is_loinc = system == "LN" or (not system and results().coded(code).is_known)
        if is_loinc:
            loinc = loinc or code
            coded.append(code)
        else:
            local = local or code
    name = obx.text(3, 2) or obx.text(3, 5) or local or loinc
    if not name:
        raise Unreadable(
            f"Line {obx.line}, OBX {obx.text(1)}: it does not say what was measured (OBX-3)."
        )
    if results().disagree(coded):
        return "", local, f"{name} ({', '.join(coded)})"  # two results: a person says which
    return loinc, local, name


def _value(obx: Segment) -> str:
    kind = obx.text(2)
    if kind in ATTACHED:
        return "an attached document"
    told = [_one_value(kind, one) for one in obx.field(5)]
    return "; ".join(filter(None, told))


def _one_value(kind: str, components: list[str]) -> str:
    told = [one.strip() for one in components]
    if kind == "SN":
        return "".join(told)
    if kind in CODED:
        return next(filter(None, [*told[1:2], *told[4:5], *told[:1]]), "")
    return " ".join(filter(None, told))


def _unit(obx: Segment) -> str:
    """Return the unit, by its code or its text, whichever is known; the code where neither is."""
    coded, shown = obx.text(6), obx.text(6, 2)
    if spelled(coded) and spelled(shown) and spelled(coded) != spelled(shown):
        return f"{shown}, coded {coded}"
    return coded if spelled(coded) or not spelled(shown) else shown


def _flag(obx: Segment) -> str:
    told = [one[0].strip() for one in obx.field(8) if one]
    marked = [one for one in told if one and one != "N"]
    return next(iter([*filter(words().mark, marked), *marked, *told]), "")
