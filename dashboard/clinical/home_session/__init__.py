"""A session at home: may it start, what does a reading call for, may the patient be left."""

from dashboard.clinical.home_session.due import NextDue, by_time, fits, next_due
from dashboard.clinical.home_session.preflight import (
    Answered,
    ItemVerdict,
    PointVerdict,
    Preflight,
    findings_of,
    is_asked,
    judge_preflight,
)
from dashboard.clinical.home_session.readings import (
    ReadingVerdict,
    SessionReading,
    judge_reading,
    sign,
    typed_reading,
)
from dashboard.clinical.home_session.release import CriterionVerdict, Release, judge_release
from dashboard.clinical.home_session.session_file import (
    AnswerKind,
    Item,
    Point,
    SessionRules,
    session_rules,
)

__all__ = [
    "AnswerKind", "Answered", "CriterionVerdict", "Item", "ItemVerdict", "NextDue", "Point",
    "PointVerdict", "Preflight", "ReadingVerdict", "Release", "SessionReading", "SessionRules",
    "by_time", "findings_of", "fits", "is_asked", "judge_preflight", "judge_reading",
    "judge_release", "next_due", "session_rules", "sign", "typed_reading",
]  # fmt: skip
