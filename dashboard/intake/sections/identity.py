"""Who the patient is, how to reach them, where they are cared for."""

from __future__ import annotations

from collections.abc import Iterator

from dashboard import contact
from dashboard.intake.definition import (
    Choice,
    Narrative,
    Option,
    Part,
    Section,
    ShortText,
    Shown,
    YesNo,
    options,
)
from dashboard.patients.details import LABELS
from dashboard.practice.places import STATES

IN_STATES = tuple(Option(code, name) for code, name in STATES.items())
ON_CHART = "This stands on the chart and is changed there when you save."


def _shown(*names: str) -> Iterator[Shown]:
    for name in names:
        yield Shown(key=name, label=LABELS[name], chart=name)


IDENTITY = Section(
    key="identity",
    title="Identity and contact",
    purpose="Who the patient is, how to reach them, and where they are during care.",
    parts=(
        Part(title="Identity", fields=(
            *_shown("family_name", "given_name", "born_on", "sex_for_ranges", "mrn"),
            Choice(key="identified_by", label="Identity checked by", options=options(
                "photo identification seen", "known to the practice", "not checked yet")),
            YesNo(key="details_confirmed", label="The details on the chart were "
                  "read to the patient and confirmed"),
        )),
        Part(title="Contact", words=ON_CHART, fields=(
            ShortText(key="telephone", label="Telephone", chart="telephone", longest=30,
                      reads=contact.telephone),
            ShortText(key="email", label="E-mail", chart="email", longest=254,
                      reads=contact.email),
            ShortText(key="street", label="Street", chart="street"),
            ShortText(key="city", label="City", chart="city", longest=80),
            Choice(key="home_state", label="State of the home address", chart="state",
                   options=IN_STATES),
            ShortText(key="postal_code", label="ZIP code", chart="postal_code", longest=10,
                      reads=contact.postal_code),
            Choice(key="best_way", label="Best way to reach the patient",
                   options=options("telephone", "text message", "e-mail", "letter")),
            YesNo(key="may_leave_word", label="A message may be left"),
            Narrative(key="contact_words", label="What to mind when calling", is_needed=False),
        )),
        Part(title="Emergency contact", words=ON_CHART, fields=(
            ShortText(key="emergency_name", label="Emergency contact", chart="emergency_name",
                      longest=120),
            ShortText(key="emergency_relation", label="Relation to the patient",
                      chart="emergency_relation", longest=60),
            ShortText(key="emergency_telephone", label="Telephone of the emergency contact",
                      chart="emergency_telephone", longest=30, reads=contact.telephone),
            YesNo(key="emergency_agrees", label="The emergency contact knows and agrees"),
        )),
        Part(title="Location for care", fields=(
            Choice(key="location_state", label="State the patient is in during care",
                   fact="location_state", options=IN_STATES),
            ShortText(key="county", label="County"),
            ShortText(key="care_address", label="Address of care, if not the home address",
                      is_needed=False),
        )),
    ),
)  # fmt: skip
