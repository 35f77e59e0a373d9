"""Which variables are computed, and by what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

from dashboard.clinical.clearance import body, ecg, labs, pressure, risk
from dashboard.clinical.clearance.evidence import Evidence
from dashboard.clinical.clearance.observations import Observation

Derivation = Callable[[Evidence], Observation]

# These look at what was entered themselves; nothing is joined to what they return.
REPLACING: Mapping[str, Derivation] = MappingProxyType(
    {
        "weight_kg": body.weight,
        "bilirubin": labs.bilirubin,
        "hr_fall_30d": pressure.counted_fall,
        "pdmp_checked_today": risk.monitoring_checked,
    }
)
JOINED: Mapping[str, Derivation] = MappingProxyType(
    {
        "bmi": body.body_mass_index,
        "pct_median_bmi": body.percent_of_median,
        "weight_loss_kg_per_wk": body.loss_per_week,
        "weight_loss_pct_14d": body.loss_14_days,
        "weight_loss_pct_6mo": body.loss_6_months,
        "weight_loss_pct_12mo": body.loss_12_months,
        "dose_mg_per_kg": body.dose_for_weight,
        "iv_equiv_high": body.intravenous_equivalent,
        "sbp": pressure.resting_systolic,
        "dbp": pressure.resting_diastolic,
        "sbp_predose": pressure.predose_systolic,
        "dbp_predose": pressure.predose_diastolic,
        "predose_bp_high_run": pressure.high_run,
        "orthostatic_hr_rise": pressure.rise_3_minutes,
        "orthostatic_hr_rise_1min": pressure.rise_1_minute,
        "orthostatic_sbp_drop": pressure.systolic_drop,
        "orthostatic_dbp_drop": pressure.diastolic_drop,
        "qtc_gate": ecg.gate,
        "qtc_delta_from_baseline": ecg.delta,
        "qtc_over_limit_with_low_k_or_mg": ecg.over_limit_with_low_minerals,
        "qt_drug_with_qtc_or_low_k_mg": ecg.drug_with_substrate,
        "Ca_corrected": labs.corrected_calcium,
        "eGFR": labs.filtration,
        "alt_ast_max": labs.transaminases,
        "alp_ggt_max": labs.cholestasis,
        "lab_outside_reported_interval": labs.outside_interval,
        "P_fall_pct_5d": partial(labs.fall_percent, analyte="P", days=5),
        "K_fall_pct_5d": partial(labs.fall_percent, analyte="K", days=5),
        "Mg_fall_pct_5d": partial(labs.fall_percent, analyte="Mg", days=5),
        "P_fall_abs_5d": partial(labs.fall_absolute, analyte="P", days=5),
        "P_fall_pct_30d": partial(labs.fall_percent, analyte="P", days=30),
        "K_fall_pct_30d": partial(labs.fall_percent, analyte="K", days=30),
        "Mg_fall_pct_30d": partial(labs.fall_percent, analyte="Mg", days=30),
        "nice_high_risk": risk.nice_high,
        "nice_extreme": risk.nice_extreme,
        "aspen_significant": risk.aspen_significant,
        "aspen_moderate": risk.aspen_moderate,
        "aspen_significant_day_0_10": risk.aspen_in_window,
        "refeeding_day_0_10": risk.refeeding_window,
        "syncope_14d": risk.faint,
        "bpic_ss_rise": risk.bladder_rise,
        "at_home_ketamine": risk.at_home,
        "home_route_injectable": risk.injected_at_home,
        "intranasal_compounded": risk.nasal,
    }
)
