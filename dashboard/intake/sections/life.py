"""Substances, pregnancy, family, home: what surrounds the treatment.

Home: pre-flight list of clearance reference 2.6, as far as intake can ask it.
"""

from __future__ import annotations

from decimal import Decimal

from dashboard.intake.definition import (
    Choice,
    Day,
    Narrative,
    Number,
    Part,
    Rows,
    Section,
    Several,
    ShortText,
    YesNo,
    options,
)

SUBSTANCES = Section(
    key="substances",
    title="Substances",
    purpose="Use now and before.",
    parts=(
        Part(title="Use", fields=(
            Number(key="alcohol", label="Alcoholic drinks", unit="a week",
                   highest=Decimal(300), usual=Decimal(70)),
            Rows(key="used", label="Other substances", noun="substance", columns=(
                ShortText(key="what", label="Substance"),
                ShortText(key="amount", label="How much, how often"),
                Day(key="last_on", label="Last used"),
            )),
            YesNo(key="sud", label="Substance use disorder, moderate or severe, in 6 months",
                  fact="sud_active_moderate_severe", hint="Alcohol included."),
            Choice(key="tobacco", label="Tobacco or nicotine",
                   options=options("never", "before", "now")),
            Narrative(key="substance_history", label="Before, and treatment of it",
                      is_needed=False),
        )),
    ),
)  # fmt: skip

PREGNANCY = Section(
    key="pregnancy",
    title="Pregnancy and contraception",
    purpose="Asked of everyone.",
    parts=(
        Part(title="Pregnancy", fields=(
            YesNo(key="childbearing_potential", label="Could become pregnant",
                  fact="childbearing_potential"),
            YesNo(key="pregnant", label="Pregnant, as far as the patient knows",
                  fact="pregnant_stated", hint="A test comes with the clearance."),
            YesNo(key="lactating", label="Breastfeeding", fact="lactating"),
            Day(key="last_period", label="Last menstrual period",
                needed_if="childbearing_potential"),
            ShortText(key="contraception", label="Contraception",
                      needed_if="childbearing_potential"),
        )),
    ),
)  # fmt: skip

FAMILY = Section(
    key="family",
    title="Family",
    purpose="Illness in the family, and who is there for the patient.",
    parts=(
        Part(title="Family history", fields=(
            Several(key="illness", label="In parents, siblings or children", options=options(
                "eating disorder", "depression", "bipolar disorder", "psychosis", "suicide",
                "substance use", "aneurysm", "sudden cardiac death")),
            Narrative(key="illness_words", label="Who and what", is_needed=False),
            Narrative(key="support", label="Who supports the patient, who does not"),
        )),
    ),
)  # fmt: skip

HOME = Section(
    key="home",
    title="Home, sitter and privacy",
    purpose="Whether a session at home can be arranged.",
    parts=(
        Part(title="Where", fields=(
            Choice(key="setting", label="Sessions are meant to be", fact="setting",
                   options=options(("home", "at home"), ("clinic", "in the clinic"))),
            Narrative(key="household", label="Who lives there"),
            YesNo(key="minors", label="Children or others in the patient’s care at home"),
            YesNo(key="storage", label="Medicine can be locked away"),
            YesNo(key="private", label="A private room, safe from interruption"),
            YesNo(key="safe_at_home", label="Feels safe with those at home"),
        )),
        Part(title="Sitter", fields=(
            YesNo(key="has_sitter", label="An adult can be present for the whole session"),
            ShortText(key="sitter", label="Name, relation and telephone", needed_if="has_sitter"),
            YesNo(key="has_cuff", label="Has an upper-arm blood pressure cuff"),
            YesNo(key="oximeter", label="Has a pulse oximeter", fact="oximeter"),
            YesNo(key="video", label="Video and telephone work there"),
            ShortText(key="travel", label="Nearest emergency department and how far",
                      is_needed=False),
        )),
    ),
)  # fmt: skip
