"""Goals, who took part in the decision, and the decision with its reasons."""

from __future__ import annotations

from dashboard.intake.definition import (
    Choice,
    Narrative,
    Part,
    Rows,
    Section,
    ShortText,
    YesNo,
    options,
)

GOALS = Section(
    key="goals",
    title="The patient’s goals",
    purpose="In the patient’s own words.",
    parts=(
        Part(title="Goals", fields=(
            Narrative(key="goals", label="What the patient wants to be different"),
            Narrative(key="hopes", label="Hopes and fears about ketamine"),
            Narrative(key="signs", label="How the patient would notice that it works",
                      is_needed=False),
        )),
    ),
)  # fmt: skip

DECIDED_WITH = Section(
    key="decided_with",
    title="Shared decision",
    purpose="Who took part in the decision, outside clinicians by name.",
    parts=(
        Part(title="Who took part", fields=(
            Rows(key="people", label="People who took part", noun="person", columns=(
                ShortText(key="name", label="Name"),
                Choice(key="role", label="Role", options=options(
                    "patient", "family", "therapist", "dietitian", "primary care",
                    "psychiatrist", "other physician", "sitter", "other")),
                ShortText(key="said", label="What they said"),
            )),
            Narrative(key="alternatives", label="Alternatives that were discussed"),
            YesNo(key="agrees", label="The patient wants to go on"),
            YesNo(key="monitor_named", label="A clinician is named who monitors in person",
                  fact="medical_monitoring_clinician_named"),
            ShortText(key="monitor", label="Who", needed_if="monitor_named"),
        )),
    ),
)  # fmt: skip

ELIGIBILITY = Section(
    key="eligibility",
    title="Eligibility decision",
    purpose="Your decision and its reasons; the findings beside it do not decide.",
    parts=(
        Part(title="Decision", fields=(
            Choice(key="decision", label="Decision", options=options(
                ("eligible", "eligible, subject to medical clearance"),
                ("eligible after", "eligible after what is named below"),
                ("not eligible", "not eligible"),
                ("refer", "refer to a higher level of care"))),
            Narrative(key="conditions", label="What must come first",
                      needed_if="decision", needed_value="eligible after"),
            Narrative(key="reasons", label="Reasons"),
        )),
    ),
)  # fmt: skip
