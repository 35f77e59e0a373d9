"""Who the patient is, how to reach them, where they are cared for."""

from __future__ import annotations

from dashboard.intake.definition import (
    Choice,
    Narrative,
    Option,
    Part,
    Section,
    ShortText,
    YesNo,
    options,
)
from dashboard.practice.places import STATES

IDENTITY = Section(
    key="identity",
    title="Identity and contact",
    purpose="Who the patient is, how to reach them, and where they are during care.",
    parts=(
        Part(title="Identity", fields=(
            Choice(key="identified_by", label="Identity checked by", options=options(
                "photo identification seen", "known to the practice", "not checked yet")),
            YesNo(key="details_confirmed", label="The details on the chart were "
                  "read to the patient and confirmed"),
        )),
        Part(title="Contact", fields=(
            Choice(key="best_way", label="Best way to reach the patient",
                   options=options("telephone", "text message", "e-mail", "letter")),
            YesNo(key="may_leave_word", label="A message may be left"),
            YesNo(key="emergency_agrees", label="The emergency contact knows and agrees"),
            Narrative(key="contact_words", label="What to mind when calling", is_needed=False),
        )),
        Part(title="Location for care", fields=(
            Choice(key="location_state", label="State the patient is in during care",
                   fact="location_state",
                   options=tuple(Option(code, name) for code, name in STATES.items())),
            ShortText(key="county", label="County"),
            ShortText(key="care_address", label="Address of care, if not the home address",
                      is_needed=False),
        )),
    ),
)  # fmt: skip
