"""Verdicts, from harmless to forbidding, and the other closed words of the rule file."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum, StrEnum


class Verdict(IntEnum):
    """How a rule bears on treatment. UNKNOWN and STOP block; only STOP says that a fact forbids."""

    NOT_APPLICABLE = 0
    CLEAR = 1
    CAUTION = 2
    UNKNOWN = 3
    STOP = 4

    @property
    def blocks(self) -> bool:
        """Whether nothing may go ahead under it."""
        return self >= Verdict.UNKNOWN


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the verdict that gates; of none at all, NOT_APPLICABLE."""
    return max(verdicts, default=Verdict.NOT_APPLICABLE)


class Purpose(StrEnum):
    """What is asked to go ahead."""

    ACTIVATION = "activation"
    SESSION = "session"
    PRESCRIPTION = "prescription"


class Scope(StrEnum):
    """For which purposes a rule is judged."""

    BOTH = "both"
    ACTIVATION = "activation"
    SESSION = "session"
    PRESCRIPTION = "prescription"


class Demand(StrEnum):
    """For which purposes a finding must be there."""

    NO = "no"
    BOTH = "both"
    ACTIVATION = "activation"
    SESSION = "session"

    def holds_for(self, purpose: Purpose) -> bool:
        """Whether the finding must be there; a prescription asks only what every purpose asks."""
        return self is Demand.BOTH or self.value == purpose.value


class Framework(StrEnum):
    """Whose limit it is."""

    MEED = "MEED"
    SAHM = "SAHM"
    APA = "APA"
    LABEL = "label"
    LAW = "law"
    PRACTICE = "practice"


class Standing(StrEnum):
    """How well a number was verified; a physician sees it beside every rule."""

    VERIFIED = "verified"
    MEMORY_HIGH = "memory-high"
    MEMORY_MED = "memory-med"
    DESIGN = "design"

    @property
    def words(self) -> str:
        """What the page says."""
        return _STANDING[self]


_STANDING = {
    Standing.VERIFIED: "read in the source",
    Standing.MEMORY_HIGH: "from memory, about 90 % sure",
    Standing.MEMORY_MED: "from memory, about 70 % sure",
    Standing.DESIGN: "practice policy, no published number",
}


class Hold(StrEnum):
    """What can clear a STOP."""

    ABSOLUTE = "absolute"
    CLINICAL = "clinical"
    POLICY = "policy"


class Tier(StrEnum):
    """The risk tier; T3 is not for ketamine at home."""

    T0 = "T0"
    T1 = "T1"
    T2 = "T2"
    T3 = "T3"


class Reason(StrEnum):
    """Why a finding cannot be relied on."""

    MISSING = "missing"
    STALE = "stale"
    FUTURE = "future-dated"
    UNIT = "unit"
    INDETERMINATE = "indeterminate"
    INCOMPLETE = "incomplete"
    EXPIRED = "expired"
