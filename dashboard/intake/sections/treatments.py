"""Past treatments, one row each."""

from __future__ import annotations

from dashboard.intake.definition import Choice, Day, Part, Rows, Section, ShortText, options

KINDS = options(
    "CBT or CBT-E", "DBT", "FBT", "IPT", "nutritional counselling", "medicine", "day program",
    "residential", "inpatient", "other",
)  # fmt: skip
RESPONSES = options("none", "partial", "good", "worse", "too short to tell", "not known")

TREATMENTS = Section(
    key="treatments",
    title="Past treatments",
    purpose="What was tried, how long or how much, what it did, why it ended.",
    parts=(
        Part(title="Treatments", fields=(
            Rows(key="past", label="Past treatments", noun="treatment", most=30, columns=(
                Choice(key="kind", label="Kind", options=KINDS),
                ShortText(key="what", label="What", hint="Program, or medicine"),
                Day(key="from_on", label="From"),
                Day(key="until_on", label="Until"),
                ShortText(key="amount", label="Length or dose"),
                Choice(key="response", label="Response", options=RESPONSES),
                ShortText(key="ended", label="Why it ended"),
            )),
        )),
    ),
)  # fmt: skip
