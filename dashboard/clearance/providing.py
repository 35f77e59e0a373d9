"""Where what a judgement lacks is provided: the page, and what its link says.

The one place that knows other areas' pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import g, url_for

from dashboard.clinical.clearance import ruleset
from dashboard.findings.panels import panels

TYPED_AS: Mapping[str, str] = {
    "bmi": "weight_kg", "pct_median_bmi": "weight_kg", "weight_loss_kg_per_wk": "weight_kg",
    "weight_loss_pct_14d": "weight_kg", "weight_loss_pct_6mo": "weight_kg",
    "weight_loss_pct_12mo": "weight_kg", "dose_mg_per_kg": "weight_kg",
    "iv_equiv_high": "weight_kg", "sbp": "bp", "dbp": "bp", "sbp_predose": "bp_predose",
    "dbp_predose": "bp_predose", "predose_bp_high_run": "bp_predose",
    "orthostatic_hr_rise": "bp_supine", "orthostatic_hr_rise_1min": "bp_supine",
    "orthostatic_sbp_drop": "bp_supine", "orthostatic_dbp_drop": "bp_supine",
    "hr_fall_30d": "hr_awake_rest", "qtc_gate": "qt_ms", "qtc_delta_from_baseline": "qt_ms",
    "qtc_over_limit_with_low_k_or_mg": "qt_ms", "qt_drug_with_qtc_or_low_k_mg": "qt_ms",
    "Ca_corrected": "Ca", "eGFR": "creatinine", "alt_ast_max": "ALT", "alp_ggt_max": "ALP",
    "lab_outside_reported_interval": "K", "P_fall_pct_5d": "P", "P_fall_abs_5d": "P",
    "P_fall_pct_30d": "P", "K_fall_pct_5d": "K", "K_fall_pct_30d": "K", "Mg_fall_pct_5d": "Mg",
    "Mg_fall_pct_30d": "Mg", "bpic_ss_rise": "bpic_ss", "nice_high_risk": "refeeding_day_0_10",
    "nice_extreme": "refeeding_day_0_10", "aspen_significant": "refeeding_day_0_10",
    "aspen_significant_day_0_10": "refeeding_day_0_10",
}  # fmt: skip
CONSENT = ("Consent", "consents.index")
LICENCES = ("Licences", "licences.index")
PRESCRIPTIONS = ("Prescriptions", "prescriptions.index")
SESSIONS = ("Plan a session", "sessions.plan")
DETAILS = ("Patient details", "patient.details")
DIAGNOSES = ("Diagnoses", "intake.index")
RECORDS: Mapping[str, tuple[str, str]] = {
    "consent_current": CONSENT, "patient_state_licensed": LICENCES,
    "pdmp_checked": PRESCRIPTIONS, "pdmp_checked_today": PRESCRIPTIONS,
    "pdmp_outage_supply": PRESCRIPTIONS, "remote_rx_basis_valid": PRESCRIPTIONS,
    "days_early_refill": PRESCRIPTIONS, "early_refill_count": PRESCRIPTIONS,
    "at_home_ketamine": SESSIONS, "home_route_injectable": SESSIONS,
    "intranasal_compounded": SESSIONS, "dose_mg": SESSIONS, "route": SESSIONS,
    "setting": SESSIONS, "location_state": SESSIONS, "first_dose": SESSIONS,
    "dose_increase": SESSIONS, "birth_date": DETAILS, "sex": DETAILS, "home_state": DETAILS,
    "diagnoses": DIAGNOSES,
}  # fmt: skip
OF_THE_PRACTICE = frozenset({"licences.index"})


@dataclass(frozen=True)
class Place:
    """A page that provides something."""

    words: str
    href: str


def place_of(variable: str) -> Place:
    """Return where a variable or fact is entered: a panel, a review, a record of its own."""
    if variable in RECORDS:
        words, endpoint = RECORDS[variable]
        return Place(words, _address(endpoint))
    kind = TYPED_AS.get(variable, variable)
    for panel in panels().values():
        if kind in {row.kind.name for row in panel.rows}:
            return Place(panel.title, _address("findings.new", "panel_key", panel.key))
    known = ruleset().kinds.get(kind)
    if known is not None and known.review:
        words = f"Review: {known.review}"
        return Place(words, _address("findings.review", "group_key", known.review))
    return Place("Findings", _address("findings.index"))


def readings_of(kind: str) -> str:
    """Return the address of everything that was ever found of a kind."""
    return _address("findings.of_kind", "kind", kind)


def _address(endpoint: str, name: str = "", value: str = "") -> str:
    """Return a page's address for this patient, with one placeholder."""
    values = {name: value} if name else {}
    if endpoint not in OF_THE_PRACTICE:
        values["patient_ref"] = g.patient.ref
    return url_for(endpoint, **values)  # type: ignore[arg-type] # its options are named otherwise
