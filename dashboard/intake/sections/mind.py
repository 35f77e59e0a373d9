"""Mind: other conditions, risk to life, what happened under ketamine before."""

from __future__ import annotations

from dashboard.intake.definition import (
    Choice,
    Day,
    Narrative,
    Part,
    Section,
    Several,
    ShortText,
    YesNo,
    options,
    yes_or_no,
)

PSYCHIATRIC = Section(
    key="psychiatric",
    title="Co-occurring conditions",
    purpose="Other conditions of the mind, now or before.",
    parts=(
        Part(title="Conditions", fields=(
            Several(key="conditions", label="Conditions now or before", options=options(
                "depression", "bipolar disorder", "anxiety", "panic", "OCD", "PTSD or trauma",
                "ADHD", "autism", "personality disorder", "chronic pain", "sleep disorder")),
            Narrative(key="conditions_words", label="When, how severe, treated how"),
        )),
        Part(title="Psychosis, mania, mind", fields=(
            *yes_or_no(
                ("schizophrenia_spectrum_or_current_psychosis",
                 "Schizophrenia spectrum ever, or psychosis now"),
                ("current_mania_or_hypomania", "Mania or hypomania now"),
                ("bipolar_disorder", "Bipolar disorder"),
                ("dementia_or_delirium_or_no_capacity", "Dementia, delirium, or cannot consent"),
            ),
            Narrative(key="dissociation", label="Dissociation",
                      hint="How often, how long, what brings it on."),
        )),
    ),
)  # fmt: skip

RISK = Section(
    key="risk",
    title="Suicide and self-harm",
    purpose="Asked directly, by the Columbia scale (C-SSRS) where it is at hand.",
    parts=(
        Part(title="Suicide", fields=(
            Choice(key="cssrs_ideation", label="C-SSRS ideation, past month",
                   fact="cssrs_ideation_past_month",
                   options=options(("0", "0, none"), "1", "2", "3", "4", "5"),
                   hint="The highest level that was answered with yes"),
            YesNo(key="cssrs_behaviour", label="Suicidal behaviour in the last 3 months",
                  fact="cssrs_behaviour_3mo"),
            YesNo(key="attempts_ever", label="A suicide attempt ever"),
            Narrative(key="attempts", label="Attempts: when, how, what helped",
                      needed_if="attempts_ever"),
        )),
        Part(title="Self-harm", fields=(
            YesNo(key="self_injury", label="Self-injury in the last 30 days",
                  fact="self_injury_30d"),
            Narrative(key="self_harm", label="Self-harm before", is_needed=False),
        )),
        Part(title="Safety", fields=(
            YesNo(key="means", label="Firearms or stored medicines within reach"),
            Narrative(key="protective", label="What keeps the patient safe"),
            ShortText(key="crisis_contact", label="Whom to call in a crisis", is_needed=False),
        )),
    ),
)  # fmt: skip

KETAMINE = Section(
    key="ketamine",
    title="Ketamine before",
    purpose="Any ketamine or esketamine, in treatment or not.",
    parts=(
        Part(title="Before", fields=(
            YesNo(key="ketamine_ever", label="Had ketamine or esketamine before"),
            Day(key="ketamine_last", label="When last", needed_if="ketamine_ever"),
            Narrative(key="ketamine_words", label="How, how much, what it did",
                      needed_if="ketamine_ever"),
            *yes_or_no(
                ("ketamine_or_PCP_misuse_ever", "Misused ketamine or PCP ever"),
                ("active_or_past_ketamine_cystitis", "Ketamine cystitis now or ever"),
                ("other_interstitial_cystitis", "Another interstitial cystitis"),
            ),
        )),
    ),
)  # fmt: skip
