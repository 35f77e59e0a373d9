"""Blood: calcium corrected for albumin, filtration rate, anion gap.

Sources: clearance reference section 4.4, 4.8, 4.10 (CKD-EPI 2021; bedside Schwartz under 18 years).
"""

from __future__ import annotations

from fractions import Fraction

from dashboard.clinical.formulas.body_size import Sex
from dashboard.clinical.formulas.powers import Number, power

_KAPPA = {Sex.FEMALE: Fraction("0.7"), Sex.MALE: Fraction("0.9")}
_ALPHA = {Sex.FEMALE: Fraction("-0.241"), Sex.MALE: Fraction("-0.302")}


def corrected_calcium(*, total: Number, albumin: Number) -> Fraction:
    """Return Ca + 0.8 x (4.0 - albumin), mg/dL and g/dL: poor validity, ionized is better."""
    return Fraction(total) + Fraction("0.8") * (4 - Fraction(albumin))


def egfr_ckd_epi_2021(*, creatinine: Number, age: int, sex: Sex) -> Fraction:
    """Return mL/min/1.73 m² for adults; creatinine in mg/dL. Low muscle mass hides renal loss."""
    ratio = Fraction(creatinine) / _KAPPA[sex]
    value = 142 * power(min(ratio, Fraction(1)), _ALPHA[sex])
    value *= power(max(ratio, Fraction(1)), Fraction("-1.2")) * Fraction("0.9938") ** age
    return value * Fraction("1.012") if sex is Sex.FEMALE else value


def egfr_bedside_schwartz(*, creatinine: Number, height_cm: Number) -> Fraction:
    """Return mL/min/1.73 m² under 18 years; creatinine in mg/dL."""
    return Fraction("0.413") * Fraction(height_cm) / Fraction(creatinine)


def anion_gap(*, sodium: Number, chloride: Number, bicarbonate: Number) -> Fraction:
    """Return Na - Cl - HCO3 in mEq/L."""
    return Fraction(sodium) - Fraction(chloride) - Fraction(bicarbonate)
