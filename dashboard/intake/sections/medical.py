"""The body: what excludes or delays ketamine, and the review of systems.

Questions and their variables: clearance decisions section 5 (C01 to C16, behaviours, symptoms).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from dashboard.intake.definition import (
    Choice,
    Day,
    Narrative,
    Number,
    Part,
    Section,
    Several,
    YesNo,
    options,
    yes_or_no,
)

# Criteria of ASPEN 2020 that no other answer holds: clearance reference 1.5, read in its reprint.
ASPEN: Mapping[str, tuple[str, *tuple[tuple[str, str], ...]]] = {
    "aspen_intake": (
        "Energy intake against need",
        ("none", "75 % of need or more"),
        ("moderate", "below 75 %, over 7 days of acute illness or over a month"),
        ("severe", "below 50 %, over 5 days of acute illness or over a month"),
    ),
    "aspen_minerals": (
        "Potassium, phosphate and magnesium before feeding",
        ("none", "normal without repletion"),
        ("moderate", "minimally low, or normal after one dose"),
        ("severe", "moderately low, or in need of several doses"),
    ),
    "aspen_fat": (
        "Loss of body fat", ("none", "none"), ("moderate", "moderate"), ("severe", "severe"),
    ),
    "aspen_muscle": (
        "Loss of muscle",
        ("none", "none"), ("moderate", "mild to moderate"), ("severe", "severe"),
    ),
    "aspen_comorbidity": (
        "Comorbidity that raises the risk",
        ("none", "none"), ("moderate", "moderate"), ("severe", "severe"),
    ),
}  # fmt: skip


def _aspen() -> Iterator[Choice]:
    for key, (label, *degrees) in ASPEN.items():
        yield Choice(key=key, label=label, options=options(*degrees))


MEDICAL = Section(
    key="medical",
    title="Medical history",
    purpose="What excludes or delays ketamine, asked one by one.",
    parts=(
        Part(title="Heart and vessels", fields=tuple(yes_or_no(
            ("aneurysm_or_AVM_or_ICH_history",
             "Aneurysm, arteriovenous malformation or bleeding in the brain, ever"),
            ("mi_stroke_unstable_angina_6wk_or_decompensated_HF",
             "Infarction, stroke or unstable angina in 6 weeks, or decompensated heart failure"),
            ("hypertension_uncontrolled", "Uncontrolled high blood pressure"),
            ("hypertensive_encephalopathy_history", "Hypertensive encephalopathy ever"),
            ("bp_rise_serious_hazard", "Another condition in which a pressure rise is a hazard"),
        ))),
        Part(title="Other organs", fields=tuple(yes_or_no(
            ("severe_hepatic_impairment_or_biliary_obstruction",
             "Severe liver impairment or biliary obstruction"),
            ("child_pugh_b", "Moderate liver impairment (Child-Pugh B)"),
            ("raised_icp_or_iop", "Raised pressure in the skull or the eye"),
            ("acute_porphyria", "Acute porphyria"),
            ("hyperthyroidism_uncontrolled", "Uncontrolled hyperthyroidism"),
            ("seizures_uncontrolled", "Uncontrolled seizures"),
            ("severe_osa_or_respiratory_failure", "Severe sleep apnoea or respiratory failure"),
        ))),
        Part(title="Diabetes", fields=(
            YesNo(key="insulin_treated", label="Treated with insulin", fact="insulin_treated"),
            YesNo(key="insulin_omission", label="Leaves out insulin for weight",
                  fact="insulin_omission_for_weight", needed_if="insulin_treated"),
            YesNo(key="diabetic_ketoacidosis", label="Ketoacidosis now",
                  fact="diabetic_ketoacidosis"),
        )),
        Part(title="Refeeding", fields=(
            YesNo(key="refeeding", label="Calories deliberately raised after restriction, now",
                  fact="refeeding"),
            Day(key="refeeding_started_on", label="First day of it", needed_if="refeeding",
                fact="refeeding_started_on",
                hint="The exact day; without it days 0 to 10 are assumed"),
            YesNo(key="refeeding_risks",
                  label="Alcohol misuse, insulin, chemotherapy, diuretics or antacids",
                  fact="alcohol_insulin_chemotherapy_diuretic_or_antacid"),
        )),
        Part(title="Refeeding risk beyond weight (ASPEN 2020)",
             words="Weight, its loss and days without intake are counted from their own answers.",
             fields=tuple(_aspen())),
        Part(title="Everything else", fields=(
            Narrative(key="other_history", label="Other illnesses, operations, hospital stays"),
        )),
    ),
)  # fmt: skip

SYMPTOMS = Section(
    key="symptoms",
    title="Review of systems",
    purpose="What the patient has now.",
    parts=(
        Part(title="Asked one by one", fields=(
            YesNo(key="syncope_14d", label="Fainted in the last 14 days", fact="syncope_14d"),
            Day(key="last_faint", label="The last faint", needed_if="syncope_14d",
                fact="last_faint_on"),
            *yes_or_no(
                ("palpitations_or_chest_pain_7d", "New palpitations or chest pain"),
                ("acute_food_refusal", "Refuses food"),
                ("fluid_refusal", "Refuses fluids"),
                ("severe_fluid_restriction", "Restricts fluids severely"),
            ),
            Choice(key="haematemesis", label="Vomits blood", fact="haematemesis",
                   options=options("none", "mild", "severe")),
            *yes_or_no(
                ("gi_perforation_tear_or_intractable_vomiting",
                 "Perforation, tear or vomiting that does not stop"),
                ("confusion_or_cognitive_slowing", "Confusion or slowed thinking"),
                ("peripheral_oedema", "Swollen legs"),
                ("acute_complication_14d",
                 "Seizure, heart failure or pancreatitis in the last 14 days"),
            ),
            Number(key="dehydration", label="Dehydration, your estimate", unit="%",
                   highest=Decimal(30), usual=Decimal(15), fact="dehydration_pct",
                   hint="0 for none"),
        )),
        Part(title="By system", fields=(
            Several(key="systems", label="Complaints", options=options(
                "tiredness", "cold", "dizziness", "headache", "blurred vision", "teeth",
                "sore throat", "reflux", "bloating", "constipation", "blood in stool",
                "urgency or pain on urination", "muscle weakness or cramps", "hair or skin",
                "sleep", "periods stopped", "pain")),
            Narrative(key="systems_words", label="In words", is_needed=False),
        )),
    ),
)  # fmt: skip
