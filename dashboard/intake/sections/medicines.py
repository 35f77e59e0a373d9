"""Medicines and allergies, and what of them matters beside ketamine.

A medicine of our short list answers yes by itself; a no is only ever a person's answer, for the
list knows no brand names and is not complete.
"""

from __future__ import annotations

from decimal import Decimal

from dashboard.intake.definition import (
    Choice,
    Day,
    Number,
    Part,
    Rows,
    Section,
    ShortText,
    options,
    yes_or_no,
)
from dashboard.patients import allergy_list

MEDICINES = Section(
    key="medicines",
    title="Medicines and allergies",
    purpose="Everything taken, prescribed or not, with the day it began.",
    parts=(
        Part(title="Medicines taken now", fields=(
            Rows(key="taken", label="Medicines taken now", noun="medicine", most=30, columns=(
                ShortText(key="name", label="Medicine", hint="Generic name"),
                ShortText(key="dose", label="Dose and how often"),
                Day(key="since", label="Since"),
                ShortText(key="what_for", label="What for"),
            )),
        )),
        Part(title="Asked one by one",
             words="The short list of the program says yes by itself; only you can say no.",
             fields=(
            *yes_or_no(
                ("maoi_14d", "A MAO inhibitor now or in the last 14 days"),
                ("bupropion", "Bupropion"),
                ("strong_cyp3a4_or_2b6_inhibitor", "A strong CYP3A4 or CYP2B6 inhibitor"),
                ("theophylline_or_aminophylline", "Theophylline or aminophylline"),
            ),
            Number(key="qt_drug_count", label="QT-prolonging medicines", unit="medicines",
                   highest=Decimal(20), usual=Decimal(6), fact="qt_drug_count",
                   hint="How many are taken now; ondansetron counts"),
        )),
        Part(title="Allergies and intolerances",
             words="They stand on the chart, above every page, and are changed there when you "
                   "save. None that is known is an answer: choose None.",
             fields=(
            Rows(key="allergies", label="Allergies and intolerances", noun="allergy",
                 chart="allergies", hint="Ask the pharmacy for the carrier of a compounded "
                 "product.", columns=(
                ShortText(key="to", label="To what", reads=allergy_list.substance),
                ShortText(key="reaction", label="Reaction", reads=allergy_list.reaction),
                Choice(key="severity", label="Severity",
                       options=options(*allergy_list.SEVERITIES)),
            )),
            *yes_or_no(("hypersensitivity_ketamine", "Hypersensitivity to ketamine, esketamine "
                        "or an excipient")),
        )),
    ),
)  # fmt: skip
