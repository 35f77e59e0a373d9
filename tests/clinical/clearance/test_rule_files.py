"""The rule set's files: whole, in step with the printed page, and refused with file and line."""

import re
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest

import dashboard.clinical
from dashboard.clinical.clearance import BadRuleSet, Tier, load, ruleset
from dashboard.clinical.clearance.kind_files import with_days
from dashboard.clinical.clearance.limits import Side
from dashboard.clinical.clearance.rule_page import page
from dashboard.settings import ROOT

SHIPPED = Path(str(files("dashboard.clinical"))) / "data" / "clearance" / "2026-2"
CLINICAL = Path(dashboard.clinical.__file__).parent

# file, what stands there, what somebody makes of it, what they are told
MISTAKES = {
    "an operator that is none": (
        "rules.csv", "weight_kg,kg,<,40.0", "weight_kg,kg,=<,40.0", "'=<' is not one of",
    ),
    "a number with a letter": (
        "rules.csv", "weight_kg,kg,<,40.0", "weight_kg,kg,<,4O.0", "'4O.0' is not a plain number",
    ),
    "an empty interval": ("rules.csv", '"[40,50]"', '"[50,40]"', "the interval [50,40] is empty"),
    "a gap between two bands": (
        "rules.csv", '"[3.2,3.5)"', '"[3.3,3.5)"', "the band continues no other row",
    ),
    "a gap of one point": ("rules.csv", '"(450,500)",CAUTION,no,both,both,,ecg,practice',
        '"(450,499]",CAUTION,no,both,both,,ecg,practice', "a gap lies"),
    "a stop inside a caution": (
        "rules.csv", "K,mEq/L,<,3.0,STOP,yes", "K,mEq/L,<,3.0,CAUTION,no",
        "a worse value would be judged better",
    ),
    "a flag nobody knows": (
        "rules.csv", "any(insulin_treated),HbA1c", "any(insulin_trated),HbA1c",
        "'insulin_trated' is no known flag",
    ),
    "a tier as a population": (
        "rules.csv", "behaviour,all,suss_score,score,<=", "behaviour,tier>=T1,suss_score,score,<=",
        "a tier may only stand in required_if",
    ),
    "a verdict that is none": (
        "rules.csv", "weight_kg,kg,<,40.0,STOP", "weight_kg,kg,<,40.0,HALT",
        "'HALT' is neither STOP nor CAUTION",
    ),
    "a soft stop": (
        "rules.csv", "weight_kg,kg,<,40.0,STOP,yes", "weight_kg,kg,<,40.0,STOP,no",
        "yes on STOP rows and on no others",
    ),
    "a stop that says not what clears it": (
        "rules.csv", "clinical; trial floor", "trial floor", "'trial floor' is not a valid Hold",
    ),
    "a source left out": ("rules.csv", ",MEED,MEED red <70,", ",MEED,,", "is empty"),
    "an unknown status": (
        "rules.csv", "MEED red <70,memory-high", "MEED red <70,certain", "'certain' is not a valid",
    ),
    "a row with a cell too many": ("rules.csv", "A08,anthropometry,", "A08,anthropometry,,",
        "18 cells instead of 17",
    ),
    "an id used twice": ("rules.csv", "A13b,", "A13a,", "A13a is used twice"),
    "rows of a variable that disagree": (
        "rules.csv", "V04b,vitals,all,hr_awake_rest,bpm", "V04b,vitals,all,hr_awake_rest,/min",
        "differs from",
    ),
    "a validity without days": ("validity.csv", "hba1c,90,90,90,", "hb1c,90,90,90,", "has no days"),
    "a unit for nothing": ("units.csv", "Hb,g/dL,1", "Hbb,g/dL,1", "Hbb is no kind"),
    "ranges that do not nest": (
        "units.csv", "temp_c,C,1,0,34,40.5,30,42", "temp_c,C,1,0,29,40.5,30,42", "must nest",
    ),
    "a factor typed upside down": (
        "units.csv", "weight_kg,lb,0.45359237", "weight_kg,lb,2.2046226", "weight_kg in kg is not",
    ),
    "a factor that lost a digit": ("units.csv", "Hb,g/L,1/10,", "Hb,g/L,1/1,", "Hb in g/dL is not"),
    "a variable without a name": ("kinds.csv", "\nbupropion,", "\nbuproprion,", "never in both"),
    "no version": ("ruleset.toml", 'version = "2026-2"', "", "version: is missing"),
    "no TOML": ("ruleset.toml", 'version = "2026-2"', "version = ", "ruleset.toml"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_malformed_file_is_refused_by_file_and_line(mistake, tmp_path):
    file, there, instead, told = MISTAKES[mistake]
    folder = Path(shutil.copytree(SHIPPED, tmp_path / "rules"))
    text = (folder / file).read_text("utf-8")
    assert there in text
    (folder / file).write_text(text.replace(there, instead, 1), "utf-8")

    with pytest.raises(BadRuleSet) as refused:
        load(folder)

    assert told in str(refused.value)
    has_line = mistake not in {"a unit for nothing", "no version", "no TOML"}
    if has_line and refused.value.file == file and refused.value.line:
        line = (folder / file).read_text("utf-8").splitlines()[refused.value.line - 1]
        assert instead.strip().split(",")[0].strip('"(') in line or there.split(",")[0] in line


def test_the_printed_page_is_the_rule_set_in_force():
    printed = (ROOT / "docs" / "clinical-rules.md").read_text("utf-8")

    assert printed == page(ruleset()), "print it again: flask --app wsgi clearance rules"
    assert all(f"| {rule.id} |" in printed for rule in ruleset().rules)
    assert "| restricting, purging or undernourished |" in printed
    assert not re.search(r"any\(|none\(|age[<>]|sex=|setting=|location=|tier>", printed)
    assert "\n## Weight and size\n" in printed and "\n## anthropometry\n" not in printed


def test_every_band_knows_from_which_side_values_get_worse():
    for rule in ruleset().rules:
        assert (rule.limit.side is Side.EITHER) is (rule.limit.interval is None), rule.id
    assert ruleset().rule("V03").limit.side is Side.LOW
    assert ruleset().rule("V04b").limit.side is Side.HIGH


def test_a_version_that_was_never_shipped_is_not_found():
    with pytest.raises(LookupError, match="no rule set 2020-1"):
        ruleset("2020-1")
    with pytest.raises(LookupError, match="no rule X99"):
        ruleset().rule("X99")


def test_a_practice_may_change_days_and_only_days_that_are_there():
    changed = with_days(ruleset().validities, changes={("chem", Tier.T0): 60})

    assert changed["chem"].for_tier(Tier.T0) == 60
    assert ruleset().validities["chem"].for_tier(Tier.T0) == 90
    assert changed["chem"].for_tier(Tier.T3) == 14
    for kind in ("plan", "encounters"):
        with pytest.raises(LookupError):
            with_days(ruleset().validities, changes={(kind, Tier.T0): 60})


def test_the_digest_follows_every_file(tmp_path):
    folder = Path(shutil.copytree(SHIPPED, tmp_path / "rules"))
    text = (folder / "intervals.csv").read_text("utf-8")
    (folder / "intervals.csv").write_text(text.replace("136,145", "135,145"), "utf-8")

    assert load(folder).sha256 != ruleset().sha256
    assert load(SHIPPED).sha256 == ruleset().sha256


def test_clearance_stands_on_the_standard_library_alone():
    modules = [
        f"dashboard.clinical.{path.parent.name}.{path.stem}"
        for package in ("clearance", "formulas")
        for path in (CLINICAL / package).glob("*.py")
        if path.stem != "__init__"
    ]
    code = f"import {', '.join(modules)}, sys; print(' '.join(sys.modules))"

    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout.split()

    assert "dashboard.clinical.clearance.engine" in loaded
    assert not {"flask", "click", "sqlalchemy", "matplotlib", "numpy"} & set(loaded)
