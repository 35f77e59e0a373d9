"""What is known of a patient besides findings; None is "not known" and is never read as no.

Source of the flags: clearance decisions section 2.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from dashboard.clinical.formulas.body_size import Sex

# Upper bioavailability of each route; an unknown route counts as 1 (clearance decisions section 8).
ROUTES = {
    "IV": Fraction(1),
    "IM": Fraction("0.93"),
    "SC": Fraction("0.95"),
    "IN racemic": Fraction("0.50"),
    "IN esketamine": Fraction("0.48"),
    "SL": Fraction("0.30"),
    "RDT": Fraction("0.30"),
    "troche": Fraction("0.30"),
    "oral": Fraction("0.25"),
}
INJECTED = frozenset({"IV", "IM", "SC"})
EATING_DISORDER_CODES = ("F50", "F98.21", "F98.29", "F98.3")
OPEN_CODES = ("F50.89", "F50.9")  # atypical anorexia may hide in them
DSM = {
    "anorexia": "AN", "atypical anorexia": "AAN", "bulimia": "BN", "binge": "BED",
    "arfid": "OTHER", "avoidant": "OTHER", "osfed": "OTHER", "other specified": "OTHER",
    "ufed": "OTHER", "unspecified feeding": "OTHER", "pica": "OTHER", "rumination": "OTHER",
    "eating disorder": "OTHER", "purging disorder": "OTHER", "night eating": "OTHER",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Patient:
    """Facts that are recorded of a patient and of the plan."""

    birth_date: date | None = None
    sex: Sex | None = None
    diagnoses: tuple[str, ...] | None = None
    restrictive: bool | None = None
    purging: bool | None = None
    childbearing_potential: bool | None = None
    home_state: str | None = None
    location_state: str | None = None
    setting: str | None = None
    insulin_treated: bool | None = None
    undernourished: bool | None = None
    an_bn_ever: bool | None = None
    diuretic_or_laxative: bool | None = None
    refeeding: bool | None = None
    refeeding_started_on: date | None = None
    oximeter: bool | None = None
    first_dose: bool | None = None
    dose_increase: bool | None = None
    dose_mg: Fraction | None = None
    route: str | None = None
    dose_is_by_weight: bool = False
    qt_drug_started_on: date | None = None
    last_faint_on: date | None = None
    sessions: tuple[date, ...] = ()
    refills: tuple[date, ...] = ()
    plan_version_on: date | None = None
    home_changed_on: date | None = None
    consent_terms_changed_on: date | None = None

    @property
    def disorders(self) -> frozenset[str] | None:
        """The eating disorders among the diagnoses: AN, AAN, BN, BED, OTHER; None if unknown."""
        if self.diagnoses is None:
            return None
        return frozenset(found for text in self.diagnoses if (found := _disorder(text)))

    @property
    def has_eating_disorder(self) -> bool | None:
        """Whether any feeding or eating disorder is recorded."""
        return None if self.disorders is None else bool(self.disorders)

    @property
    def ever_anorexia_or_bulimia(self) -> bool | None:
        """Whether anorexia (atypical included) or bulimia is recorded, now or in remission."""
        if self.an_bn_ever or (self.disorders or frozenset()) & {"AN", "AAN", "BN"}:
            return True
        if self.an_bn_ever is False or self.diagnoses is None:
            return self.an_bn_ever
        return None if self._may_hide_atypical_anorexia else False

    @property
    def _may_hide_atypical_anorexia(self) -> bool:
        texts = self.diagnoses or ()
        has_words = any(" " in text.strip() and _disorder(text) for text in texts)
        return not has_words and any((code_in(t) or "").startswith(OPEN_CODES) for t in texts)


def code_in(text: str) -> str | None:
    """Return the ICD-10-CM code that a diagnosis is written as or begins with."""
    first = (text.split() or [""])[0].rstrip(":,;-–").upper()
    has_form = (
        len(first) >= 3 and first[0].isalpha() and first[1:3].isalnum() and first[1].isdigit()
    )
    if not has_form:
        return None
    return first if "." in first or len(first) == len("F50") else f"{first[:3]}.{first[3:]}"


def _disorder(text: str) -> str | None:
    code = code_in(text)
    if code is not None:
        found = _by_code(code)
        words = text.split(maxsplit=1)[1] if " " in text.strip() else ""
        return _by_words(words) or found if found and code.startswith(OPEN_CODES) else found
    return _by_words(text)


def _by_words(text: str) -> str | None:
    words = text.strip().casefold().replace("-", " ")
    if words in {"an", "bn", "bed"}:
        return words.upper()
    found = [kind for key, kind in DSM.items() if key in words]
    if "AAN" in found:
        return "AAN"
    is_other = any(key in words for key in ("osfed", "ufed", "other specified", "unspecified"))
    return "OTHER" if found and is_other else next(iter(found), None)


def _by_code(code: str) -> str | None:
    if not code.startswith(EATING_DISORDER_CODES):
        return None
    for start, kind in (("F50.0", "AN"), ("F50.2", "BN"), ("F50.81", "BED")):
        if code.startswith(start):
            return kind
    return "OTHER"
