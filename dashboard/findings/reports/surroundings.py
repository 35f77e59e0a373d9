"""What stands around the results of a table: whom it is about, who measured, when."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from dashboard.findings.reports.model import Moment, Person, Unreadable
from dashboard.findings.reports.moments import Clock

LONGEST = 500
LABEL = re.compile(
    r"(?<!\w)(?P<label>patient name|patient|name|dob|d\.o\.b\.?|date of birth|birth ?date"
    r"|sex|gender"
    r"|date collected|collected on|collected|collection date(?:/time)?|date/time collected"
    r"|specimen collected|drawn|date reported|reported on|reported|date/time reported|resulted"
    r"|performing lab(?:oratory)?|laboratory|lab)\s*:\s*",
    re.IGNORECASE,
)
NAMES = frozenset({"patient name", "patient", "name"})
BORN = frozenset({"dob", "d.o.b", "d.o.b.", "date of birth", "birth date", "birthdate"})
SEXES = {"f": "F", "female": "F", "m": "M", "male": "M"}
LABORATORY = re.compile(r"\b(?:laborator(?:y|ies)|labcorp|diagnostics)\b", re.IGNORECASE)
LONGEST_NAME = 80
UNDATED = Moment()


@dataclass
class Surroundings:
    """What was told so far; `collected` and `resulted` hold for the results that follow."""

    clock: Clock
    collected: Moment = UNDATED
    resulted: Moment = UNDATED
    specimen: str = ""
    laboratory: str | None = None
    _named: dict[str, str] = field(default_factory=dict)

    def hear(self, texts: Sequence[str], *, place: str, is_head: bool) -> None:
        """Take in a line that is no result; raise `Unreadable` for a second patient.

        `is_head`: no result stood before it, so that it can name the laboratory.
        """
        line = _joined(texts)
        found = list(LABEL.finditer(line))
        for index, label in enumerate(found):
            end = found[index + 1].start() if index + 1 < len(found) else len(line)
            value = re.split(r"\s{2,}|[;|]", line[label.end() : end].strip(), maxsplit=1)[0]
            self._take(label["label"].casefold(), value.strip(" ,"), place)
        if not found:
            self._heading(texts, is_head=is_head)

    def person(self) -> Person | None:
        """Return whom the report names; None where it names nobody."""
        if not self._named:
            return None
        born = self.clock.moment(self._named.get("born", ""))
        sex = self._named.get("sex", "")
        family, given = name_parts(self._named.get("name", ""))
        return Person(
            name=self._named.get("name"),
            family=family,
            given=given,
            birth_date=born.on or next(iter(born.others), None),
            other_birth_date=None if born.on else next(iter(born.others[1:]), None),
            sex=SEXES.get(sex.casefold()),
            sex_printed=sex,
        )

    def _take(self, label: str, value: str, place: str) -> None:
        if not value:
            return
        if label in NAMES:
            self._name("name", value[:LONGEST_NAME], place)
        elif label in BORN:
            self._name("born", value, place)
        elif label in {"sex", "gender"}:
            self._named.setdefault("sex", value)
        elif "lab" in label:
            self.laboratory = self.laboratory or value
        elif label.startswith(("report", "date report", "date/time report", "result")):
            self.resulted = self.clock.moment(value)
        else:
            self.collected = self.clock.moment(value)

    def _name(self, what: str, value: str, place: str) -> None:
        before = self._named.setdefault(what, value)
        if " ".join(before.casefold().split()) != " ".join(value.casefold().split()):
            raise Unreadable(
                f"The report names more than one patient ({place}). "
                "Paste the results of one patient at a time; nothing was taken."
            )

    def _heading(self, texts: Sequence[str], *, is_head: bool) -> None:
        if len(texts) != 1:
            return
        heading = texts[0]
        if is_head and len(heading) <= LONGEST_NAME and LABORATORY.search(heading):
            self.laboratory = self.laboratory or heading
        if len(heading) <= 40 and not any(map(str.isdigit, heading)):
            self.specimen = heading


def is_labelled(text: str) -> bool:
    """Whether a line tells of the patient, the laboratory or a time: "Collected: 11/20/2026"."""
    return LABEL.search(text[:LONGEST]) is not None


def _joined(texts: Sequence[str]) -> str:
    """Return the cells as one line; a label in a cell of its own keeps its value behind it."""
    line = ""
    for text in texts:
        line += (" " if line.endswith(":") else "   ") + text
    return line.strip()[:LONGEST]


def name_parts(name: str) -> tuple[str | None, str | None]:
    """Return family and given name: "Doe, Jane" says which is which, "Jane Doe" by its order."""
    if "," in name:
        family, _, given = name.partition(",")
    else:
        given, _, family = name.rpartition(" ")
    return family.strip() or None, given.strip() or None
