"""The sections of an intake, in the order in which they are offered; any order is allowed."""

from __future__ import annotations

from dashboard.intake.definition import Section
from dashboard.intake.sections.disorder import BEHAVIOURS, COURSE, PRESENTING, WEIGHTS
from dashboard.intake.sections.eligibility import DECIDED_WITH, ELIGIBILITY, GOALS
from dashboard.intake.sections.identity import IDENTITY
from dashboard.intake.sections.life import FAMILY, HOME, PREGNANCY, SUBSTANCES
from dashboard.intake.sections.medical import MEDICAL, SYMPTOMS
from dashboard.intake.sections.medicines import MEDICINES
from dashboard.intake.sections.mind import KETAMINE, PSYCHIATRIC, RISK
from dashboard.intake.sections.treatments import TREATMENTS

SECTIONS = (
    IDENTITY, PRESENTING, COURSE, BEHAVIOURS, WEIGHTS, TREATMENTS, PSYCHIATRIC, RISK, SUBSTANCES,
    MEDICINES, MEDICAL, SYMPTOMS, PREGNANCY, FAMILY, HOME, KETAMINE, GOALS, DECIDED_WITH,
    ELIGIBILITY,
)  # fmt: skip
BY_KEY = {section.key: section for section in SECTIONS}


def after(key: str) -> Section | None:
    """Return the section that follows; None after the last."""
    place = SECTIONS.index(BY_KEY[key])
    return SECTIONS[place + 1] if place + 1 < len(SECTIONS) else None


def before(key: str) -> Section | None:
    """Return the section that comes before; None before the first."""
    place = SECTIONS.index(BY_KEY[key])
    return SECTIONS[place - 1] if place else None
