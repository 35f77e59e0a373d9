"""What a patient can be asked ahead of an intake, and in how many check-ins."""

import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from dashboard.clinical.check_in_sets import sets_for
from dashboard.clinical.definition import Instrument
from dashboard.clinical.evidence import refuse_bad_mark
from dashboard.clinical.sections import Section, read
from dashboard.clinical.turns import MOST_QUESTIONS

FILE = "intake_set-1.toml"
PAIN = "pain"
WITHOUT_DRIVE = "feeding_disorder"  # the set of diagnoses without a drive for weight or shape
ARFID = "ARFID"


@dataclass(frozen=True)
class Ahead:
    """One questionnaire of the set, why it is there and who says so."""

    instrument_id: str
    reason: str
    source: str
    only_with: str = ""

    def __post_init__(self) -> None:
        if self.only_with not in {"", PAIN}:
            raise ValueError(f"nobody knows of {self.only_with}")


def asked_ahead(
    codes: Iterable[str], *, known: Collection[str], available: Mapping[str, Instrument]
) -> tuple[Ahead, ...]:
    """Return the set for a patient's codes, of what is `available`, such as PEG with known pain.

    A questionnaire that is not for ARFID is left out where every code is a feeding disorder.
    """
    is_feeding = {one.id for one in sets_for(codes)} == {WITHOUT_DRIVE}
    return tuple(
        one
        for one in intake_set()
        if one.instrument_id in available
        and (not one.only_with or one.only_with in known)
        and not (is_feeding and ARFID in available[one.instrument_id].administration.not_for)
    )


def parted(
    names: Iterable[str], available: Mapping[str, Instrument], *, most: int = MOST_QUESTIONS
) -> tuple[tuple[str, ...], ...]:
    """Part questionnaires into check-ins of at most so many questions, in the order given."""
    parts: list[list[str]] = []
    left: list[int] = []
    for name in names:
        count = len(available[name].items)
        place = next((at for at, room in enumerate(left) if count <= room), None)
        if place is None:
            parts.append([name])
            left.append(most - count)
        else:
            parts[place].append(name)
            left[place] -= count
    return tuple(tuple(part) for part in parts)


@cache
def intake_set() -> tuple[Ahead, ...]:
    """Return the whole set; ValueError when the file is wrong."""
    text = files(__package__).joinpath("data", FILE).read_text("utf-8")
    return read(Section(tomllib.loads(text)), _set_of)


def _set_of(top: Section) -> tuple[Ahead, ...]:
    if (top.text("schema"), top.text("version")) != ("intake_set/1", "1"):
        raise top.misfit('this program reads schema "intake_set/1", version "1"', "schema")
    refuse_bad_mark(top.text("mark"))
    return top.build_all("entries", _entry_of)


def _entry_of(section: Section) -> Ahead:
    return Ahead(
        instrument_id=section.text("instrument"),
        reason=section.text("reason"),
        source=section.text("source"),
        only_with=section.text_or_none("only_with") or "",
    )
