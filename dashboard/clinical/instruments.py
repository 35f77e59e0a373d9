"""Instruments and how answers become scores. Everyone else imports from here."""

from dashboard.clinical.answering import BadAnswer, asks
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
from dashboard.clinical.loading import load
from dashboard.clinical.misfit import BadDefinition
from dashboard.clinical.score_rules import Band, Direction, Missing, Operation, ScoreRule
from dashboard.clinical.scoring import (
    Result,
    SafetyOutcome,
    SafetyStatus,
    Score,
    dangers_in,
    score,
)
from dashboard.clinical.shipped import (
    UnknownInstrument,
    UnknownPack,
    catalogue,
    definition,
    every_shipped,
    lay_out,
)
from dashboard.clinical.texts import Attestation

__all__ = [
    "Administration",
    "Attestation",
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
    "UnknownPack",
    "asks",
    "catalogue",
    "dangers_in",
    "definition",
    "every_shipped",
    "exact_text",
    "half_up",
    "lay_out",
    "load",
    "score",
]
