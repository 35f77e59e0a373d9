"""The default set of questionnaires for a patient's diagnoses, each with its reason and source."""

import tomllib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files

from dashboard.clinical.evidence import refuse_bad_mark
from dashboard.clinical.sections import Section, read
from dashboard.clinical.timings import AfterDose, Calendar, Entry

FILE = "check_in_sets-1.toml"


@dataclass(frozen=True)
class Proposal:
    """One questionnaire of a default set, why it is there and who says so."""

    instrument_id: str
    reason: str
    source: str
    every_days: int | None = None
    after_dose_hours: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if (self.every_days is None) == (not self.after_dose_hours):
            raise ValueError("a questionnaire comes every_days or at after_dose_hours")

    def entry(self, *, starting: date) -> Entry:
        """Return it as an entry of a schedule that starts on a day."""
        if self.every_days is None:
            return Entry(self.instrument_id, AfterDose(self.after_dose_hours))
        return Entry(self.instrument_id, Calendar(self.every_days, starting))


@dataclass(frozen=True)
class CheckInSet:
    """The default set of one family of diagnoses; `codes` are beginnings of ICD-10-CM codes."""

    id: str
    label: str
    codes: tuple[str, ...]
    mark: str
    proposals: tuple[Proposal, ...]

    def __post_init__(self) -> None:
        refuse_bad_mark(self.mark)


def default_set(
    codes: Iterable[str], *, starting: date, available: Collection[str]
) -> tuple[Entry, ...]:
    """Return the default entries for a patient's codes, of the questionnaires in `available`.

    `available` are the ids that can be asked by link: in the catalogue, and with their text.
    """
    return tuple(one.entry(starting=starting) for one in proposals(codes, available=available))


def proposals(codes: Iterable[str], *, available: Collection[str]) -> tuple[Proposal, ...]:
    """Return the default questionnaires with reason and source.

    With several diagnoses every set counts, and one that has no eating disorder only when there
    is no other. A questionnaire of two sets comes as in the first of them.
    """
    found: dict[tuple[str, bool], Proposal] = {}
    for check_in_set in sets_for(codes):
        for one in check_in_set.proposals:
            if one.instrument_id in available:
                found.setdefault((one.instrument_id, one.every_days is None), one)
    return tuple(found.values())


def sets_for(codes: Iterable[str]) -> tuple[CheckInSet, ...]:
    """Return the sets that fit these codes, in the order of the file."""
    written = {code.strip().upper() for code in codes} | {""}
    fitting = {_longest(code) for code in written}
    specific = {name for name in fitting if name != _longest("")}
    return tuple(one for one in all_sets() if one.id in (specific or fitting))


@cache
def all_sets() -> tuple[CheckInSet, ...]:
    """Return every default set; ValueError when the file is wrong."""
    text = files(__package__).joinpath("data", FILE).read_text("utf-8")
    return read(Section(tomllib.loads(text, parse_float=Decimal)), _sets_of)


def _longest(code: str) -> str:
    fitting = [
        (len(start), one.id) for one in all_sets() for start in one.codes if code.startswith(start)
    ]
    return max(fitting)[1]


def _sets_of(top: Section) -> tuple[CheckInSet, ...]:
    if (top.text("schema"), top.text("version")) != ("check_in_sets/1", "1"):
        raise top.misfit('this program reads schema "check_in_sets/1", version "1"', "schema")
    sets = top.build_all("sets", _set_of)
    starts = [start for one in sets for start in one.codes]
    if "" not in starts or len(set(starts)) < len(starts):
        raise top.misfit('every code begins one set, and "" stands for all others', "sets")
    return sets


def _set_of(section: Section) -> CheckInSet:
    return CheckInSet(
        id=section.text("id"),
        label=section.text("label"),
        codes=section.names("codes"),
        mark=section.text("mark"),
        proposals=section.build_all("entries", _proposal_of),
    )


def _proposal_of(section: Section) -> Proposal:
    hours = section.array("after_dose_hours")
    return Proposal(
        instrument_id=section.text("instrument"),
        reason=section.text("reason"),
        source=section.text("source"),
        every_days=section.whole_or_none("every_days"),
        after_dose_hours=tuple(hour for hour in hours if isinstance(hour, int)),
    )
