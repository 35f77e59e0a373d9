"""The eating disorder: what brings the patient, how it went, what they do, what they weighed.

What must be asked: APA 2023 guideline, statements 2 and 3 (clearance reference 1.4).
"""

from __future__ import annotations

from decimal import Decimal

from dashboard.intake.definition import (
    Choice,
    Day,
    Field,
    Measured,
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

A_WEEK = "a week"
SOURCES = options(
    "measured at this practice", "measured by another clinician", "patient’s own scale",
    "stated by the patient", "from records", "stated by the family",
)  # fmt: skip


def per_week(key: str, label: str, *, hint: str = "", fact: str = "") -> Number:
    """Ask how often a week; above 200 nobody counts, and above 70 (ten a day) it is asked about."""
    return Number(
        key=key, label=label, hint=hint, fact=fact, unit=A_WEEK,
        highest=Decimal(200), usual=Decimal(70), places=2,
    )  # fmt: skip


def percent(key: str, label: str, *, hint: str = "", fact: str = "", needed: bool = True) -> Number:
    """Ask for a share of 100."""
    return Number(
        key=key, label=label, hint=hint, fact=fact, unit="%", highest=Decimal(100),
        is_needed=needed,
    )  # fmt: skip


def _weight(key: str, label: str, *, fact: str = "", needed: bool = True) -> tuple[Field, ...]:
    return (
        Measured(key=key, label=f"{label} weight", kind="weight_kg", units=("lb", "kg"),
                 fact=fact, is_needed=needed),
        Day(key=f"{key}_on", label=f"{label} weight: when", is_needed=needed),
        Choice(key=f"{key}_source", label=f"{label} weight: source", options=SOURCES,
               is_needed=needed),
    )  # fmt: skip


PRESENTING = Section(
    key="presenting",
    title="Presenting problem",
    purpose="What brings the patient, in the patient’s own words.",
    parts=(
        Part(title="In the patient’s words", fields=(
            Narrative(key="own_words", label="What brings you here?",
                      hint="Write it as it was said."),
            Narrative(key="why_now", label="Why now?", is_needed=False),
            Choice(key="referred_by", label="How the patient came", is_needed=False,
                   options=options(
                "self", "therapist", "dietitian", "primary care", "psychiatrist",
                "hospital or program", "family", "other")),
            Narrative(key="impairment", label="What the illness keeps the patient from",
                      hint="Work, school, people, body."),
        )),
    ),
)  # fmt: skip

COURSE = Section(
    key="course",
    title="Eating-disorder history",
    purpose="Onset and course; facts about the disorder now or ever.",
    parts=(
        Part(title="Onset and course", fields=(
            Day(key="onset", label="Onset", hint="For example 2011, Sep-2011 or 14-Sep-2011"),
            Narrative(key="course", label="Course since then",
                      hint="Remissions, relapses, what changed it."),
            Number(key="illness_free_months", label="Longest time well", unit="months",
                   highest=Decimal(1200), is_needed=False),
        )),
        Part(title="Now or ever", fields=(
            YesNo(key="an_bn_ever", label="Anorexia or bulimia nervosa now or ever",
                  hint="Atypical anorexia included.", fact="an_bn_ever"),
            YesNo(key="restrictive", label="Restricts food now", fact="restrictive"),
            YesNo(key="purging", label="Purged in the last 3 months", fact="purging",
                  hint="Vomiting, laxatives, diuretics, enemas, or insulin left out for weight."),
            YesNo(key="uncontrolled_binge_purge", label="Bingeing or purging is uncontrolled",
                  fact="uncontrolled_binge_purge"),
        )),
        Part(title="Mind and body image", fields=(
            percent("preoccupied", "Share of the day with thoughts of food, weight or shape"),
            Narrative(key="food_rules", label="Food rules and feared foods"),
            Narrative(key="food_repertoire", label="What the patient eats", is_needed=False),
            Number(key="body_distress", label="Distress about the body", unit="of 10",
                   highest=Decimal(10), hint="0 none, 10 the worst imaginable"),
            Narrative(key="body_checking", label="Checking and avoidance", is_needed=False),
        )),
    ),
)  # fmt: skip

BEHAVIOURS = Section(
    key="behaviours",
    title="Behaviours",
    purpose="How often a week, over the last four weeks; 0 is an answer, an empty field is none.",
    parts=(
        Part(title="Times a week", fields=(
            per_week("restriction", "Restriction", hint="Meals skipped or cut"),
            per_week("fasting", "Fasting", hint="A day or more without food"),
            per_week("binges", "Objective binges"),
            per_week("vomiting", "Vomiting"),
            per_week("laxatives", "Laxatives"),
            per_week("diuretics", "Diuretics"),
            per_week("exercise", "Compulsive exercise"),
            per_week("chewing_spitting", "Chewing and spitting"),
            per_week("rumination", "Rumination or regurgitation"),
        )),
        Part(title="The last 7 days", fields=(
            per_week("purging_frequency", "Purging of any kind", fact="purging_frequency",
                     hint="Vomiting, laxatives, diuretics, enemas, insulin left out"),
            Number(key="purge_days", label="Days with two or more purges", unit="days",
                   highest=Decimal(7), fact="purge_2plus_days_wk"),
            Number(key="exercise_hours", label="Exercise a day", unit="hours", places=1,
                   highest=Decimal(24), usual=Decimal(8), fact="exercise_h_day"),
            Number(key="little_intake_days", label="Days of little or no intake until now",
                   unit="days", highest=Decimal(120), usual=Decimal(30),
                   fact="little_or_no_intake_days"),
            percent("intake_share", "Energy intake as a share of need", needed=False,
                    fact="intake_pct_of_need", hint="An estimate; leave it empty without one"),
        )),
        Part(title="Misuse for weight", fields=(
            Several(key="misuse", label="Used for weight", options=options(
                "diuretics", "laxatives", "ipecac", "thyroid hormone", "caffeine pills",
                "stimulants", "GLP-1 medicine", "enemas")),
            YesNo(key="ed_drug_misuse", fact="ed_drug_misuse",
                  label="Misuses diuretics, laxatives, ipecac, thyroid hormone, caffeine or GLP-1"),
            YesNo(key="diuretic_or_laxative", label="Takes a diuretic or laxative for any reason",
                  fact="diuretic_or_laxative"),
        )),
    ),
)  # fmt: skip

WEIGHTS = Section(
    key="weights",
    title="Weight history",
    purpose="Highest, lowest and present weight with dates and source. Hidden until shown.",
    is_blind=True,
    parts=(
        Part(title="Now", fields=(
            *_weight("current", "Present", fact="weight_kg"),
            Measured(key="height", label="Height", kind="height_cm", units=("in", "cm"),
                     fact="height_cm", hint="In inches also as 5 ft 4.5 in or 5'4.5\""),
            Choice(key="height_source", label="Height: source", options=SOURCES),
        )),
        Part(title="As an adult, pregnancy apart", fields=(
            *_weight("highest", "Highest"),
            *_weight("lowest", "Lowest"),
        )),
        Part(title="Other weights",
             words="Above all of the last six months: the loss is counted from them.", fields=(
            Rows(key="weighings", label="Other weights", noun="weight", is_needed=False, columns=(
                Measured(key="weight", label="Weight", kind="weight_kg", units=("lb", "kg")),
                Day(key="on", label="Date"),
                Choice(key="source", label="Source", options=SOURCES),
            )),
        )),
        Part(title="Energy", fields=(
            Number(key="intake_kcal", label="Energy intake a day", unit="kcal",
                   highest=Decimal(20000), usual=Decimal(8000), fact="intake_kcal_day",
                   hint="The larger of the two most recent complete days"),
            ShortText(key="intake_source", label="How it was estimated", is_needed=False),
        )),
    ),
)  # fmt: skip
