"""Instruments: what is shipped, and how answers become scores. Everyone else imports from here.

Definition files are immutable once used: a change is a new version beside the old one.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from dashboard.clinical.definition import Instrument, Level, Rule, SafetyRule
from dashboard.clinical.evidence import (
    Administration,
    ChangeLimits,
    Chart,
    Cutoff,
    Licence,
    LimitBasis,
    Psychometric,
)
from dashboard.clinical.exact import exact_text, half_up
from dashboard.clinical.items import Item, Kind, Option, Scale
from dashboard.clinical.loading import BadDefinition, load
from dashboard.clinical.score_rules import Band, Direction, Missing, Operation, ScoreRule
from dashboard.clinical.scoring import (
    BadAnswer,
    Result,
    SafetyOutcome,
    SafetyStatus,
    Score,
    score,
)

__all__ = [
    "Administration",
    "BadAnswer",
    "BadDefinition",
    "Band",
    "ChangeLimits",
    "Chart",
    "Cutoff",
    "Direction",
    "Instrument",
    "Item",
    "Kind",
    "Level",
    "Licence",
    "LimitBasis",
    "Missing",
    "Operation",
    "Option",
    "Psychometric",
    "Result",
    "Rule",
    "SafetyOutcome",
    "SafetyRule",
    "SafetyStatus",
    "Scale",
    "Score",
    "ScoreRule",
    "UnknownInstrument",
    "catalogue",
    "definition",
    "exact_text",
    "half_up",
    "load",
    "score",
]


class UnknownInstrument(LookupError):
    """There is no definition of that instrument, or not in that version."""


@cache
def catalogue() -> Mapping[str, Instrument]:
    """Return the newest version of every shipped instrument by id; read and proved once."""
    newest: dict[str, Instrument] = {}
    for instrument in sorted(_shipped().values(), key=_age):
        newest[instrument.id] = instrument
    return MappingProxyType(newest)


def definition(instrument_id: str, version: str) -> Instrument:
    """Return the version that an old response was scored with."""
    try:
        return _shipped()[instrument_id, version]
    except KeyError:
        raise UnknownInstrument(f"{instrument_id} {version}") from None


@cache
def _shipped() -> Mapping[tuple[str, str], Instrument]:
    folder = files(__package__).joinpath("data", "instruments")
    every = [
        load(file)
        for file in sorted(folder.iterdir(), key=lambda file: file.name)
        if file.name.endswith(".toml")
    ]
    return MappingProxyType({(one.id, one.version): one for one in every})


def _age(instrument: Instrument) -> tuple[str, tuple[int, ...]]:
    return instrument.id, tuple(int(part) for part in instrument.version.split("."))
