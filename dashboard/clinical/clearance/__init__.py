"""Medical clearance: what a patient's findings mean for starting or going on, under cited rules.

A finding that was not taken is UNKNOWN, never normal: absence cannot clear a patient.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from dashboard.clinical.clearance.engine import judge
from dashboard.clinical.clearance.findings import Collection, Finding, Pressure, Rejected, read
from dashboard.clinical.clearance.judgement import Judgement, Need
from dashboard.clinical.clearance.patient import Patient
from dashboard.clinical.clearance.rows import BadRuleSet
from dashboard.clinical.clearance.rule_file import load
from dashboard.clinical.clearance.rules import Rule, RuleSet
from dashboard.clinical.clearance.verdicts import Purpose, Reason, Tier, Verdict

__all__ = [
    "BadRuleSet", "Collection", "Finding", "Judgement", "Need", "Patient", "Pressure", "Purpose",
    "Reason", "Rejected", "Rule", "RuleSet", "Tier", "Verdict", "judge", "load", "read", "ruleset",
]  # fmt: skip

IN_FORCE = "2026-2"


@cache
def ruleset(version: str = IN_FORCE) -> RuleSet:
    """Return a shipped rule set, the one in force by default; raise `BadRuleSet` if it is broken.

    A version that was never shipped raises LookupError.
    """
    folder = files("dashboard.clinical").joinpath("data", "clearance", version)
    if not folder.is_dir():
        raise LookupError(f"there is no rule set {version}")
    return load(folder)
