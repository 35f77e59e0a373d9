"""ICD-10-CM codes around eating disorders: what a code means, and whether it can be billed.

Source: ICD-10-CM April 1 2026 release (NCHS/CMS, public domain); the file names it again.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType


class UnknownDiagnosis(LookupError):
    """This code is not in the shipped part of ICD-10-CM."""


@dataclass(frozen=True)
class Diagnosis:
    """One ICD-10-CM code; only a leaf of the tree can be billed."""

    code: str
    description: str
    is_billable: bool
    inclusion_terms: str
    excludes1: str

    def __post_init__(self) -> None:
        if not self.code or not self.description:
            raise ValueError(f"a diagnosis needs code and description: {self}")


def lookup(code: str) -> Diagnosis:
    """Return a code's meaning; letters may be small, as people type them."""
    try:
        return _by_code()[code.strip().upper()]
    except KeyError:
        raise UnknownDiagnosis(code) from None


def is_billable(code: str) -> bool:
    """Say whether a code is a billable leaf; headings and unknown codes are not."""
    found = _by_code().get(code.strip().upper())
    return found is not None and found.is_billable


def all_diagnoses() -> tuple[Diagnosis, ...]:
    """Return every shipped code in the order of the file."""
    return tuple(_by_code().values())


@cache
def _by_code() -> Mapping[str, Diagnosis]:
    file = files(__package__).joinpath("data", "icd10cm_ed_codes.csv")
    lines = [line for line in file.read_text("utf-8").splitlines() if not line.startswith("#")]
    read = [
        Diagnosis(
            code=row["code"],
            description=row["description"],
            is_billable={"True": True, "False": False}[row["billable_leaf"]],
            inclusion_terms=row["inclusion_terms"],
            excludes1=row["excludes1"],
        )
        for row in csv.DictReader(lines)
    ]
    if len({found.code for found in read}) < len(read):
        raise ValueError("a code stands twice in icd10cm_ed_codes.csv")
    return MappingProxyType({found.code: found for found in read})
