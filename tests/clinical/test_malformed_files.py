"""A malformed definition stops the program with a message that names file, line and place."""

from pathlib import Path

import pytest

from dashboard.clinical.instruments import BadDefinition, load

GOOD = """\
schema = "instrument/1"
id = "demo"
version = "1.0"
title = "Demonstration"
short = "Demo"
language = "en"
authors_year = "Nobody 2026"
citation = "none"
codes = {loinc = "44249-1"}

[licence]
spdx_or_text = "Apache-2.0"
text_included = true
commercial_use = "yes"
redistribution = "yes"
verified = "V"

[administration]
respondent = "patient"
recall = {window = 7, unit = "day"}
min_interval_days = 6
default_interval_days = 7

[scales.days]
options = [
  {value = 0, label = "None", code = "LA6568-5"},
  {value = 1, label = "Some"},
  {value = 2, label = "All"},
]

[[items]]
id = "1"
scale = "days"
text = "First"
codes = {loinc = "44250-9"}

[[items]]
id = "2"
scale = "days"
text = "Second"

[[gates]]
item = "1"
closed_if = [0]
then = ["2"]
value = 0

[[consistency]]
if = ["2", ">", "1"]
message = "Look again"

[[scores]]
id = "total"
label = "Total"
op = "sum"
items = ["1-2"]
range = [0, 4]
direction = "higher_worse"
primary = true
missing = {method = "none", basis = "policy"}
bands = [
  {from = 0, to = 2, id = "low", label = "Low"},
  {from = 2, to = 5, id = "high", label = "High"},
]

[scores.change]
rci_points = 7
basis = "computed"
verified = "provisional"
sd = 8
reliability = 0.913
reliability_kind = "alpha"
c = 2
c_basis = "caseness"

[[cutoffs]]
score = "total"
op = ">="
value = 2
label = "Cut-off"
population = "Adults"
sens = 0.8
verified = "M-hi"

[[rules]]
id = "screen"
label = "Screen"
when = ["total", ">=", 2]
verified = "V:CC"

[[safety]]
id = "danger"
when = ["2", ">=", 1]
level = "immediate"
blank_is = "follow_up"
message_clinician = "Now"
message_patient = "Now"

[[psychometrics]]
score = "total"
population = "Adults"
alpha = 0.9
verified = "M-med"

[[tests]]
answers = {all = 1}
expected = {total = 2}
rules = {screen = true}
"""


def write(tmp_path: Path, text: str, name: str = "demo-1.0.toml") -> Path:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return path


def test_the_example_itself_is_accepted(tmp_path: Path):
    demo = load(write(tmp_path, GOOD))

    assert (demo.id, demo.primary.id, demo.primary.bands[1].label) == ("demo", "total", "High")


@pytest.mark.parametrize(
    ("right", "wrong", "place", "why"),
    [
        ("from = 2, to = 5", "from = 3, to = 5", "scores[0].bands[1].from", "a hole"),
        ("from = 2, to = 5", "from = 1, to = 5", "scores[0].bands[1].from", "an overlap"),
        ("from = 2, to = 5", "from = 2, to = 4", "scores[0].bands[1].to", "must end at 5"),
        ("from = 2, to = 5", "from = 2, to = 6", "scores[0].bands[1].to", "must end at 5"),
        ("from = 0, to = 2", "from = 1, to = 2", "scores[0].bands[0].from", "must start at 0"),
        ("from = 0, to = 2", "from = 0, to = 0", "scores[0].bands[0].to", "ends at 0"),
        ('id = "high"', 'id = "low"', "scores[0].bands[1].id", "used twice"),
        ('["1-2"]', '["1-3"]', "scores[0].items", 'no item "3"'),
        ('["1-2"]', '["1", "1"]', "scores[0].items", "listed twice"),
        ('["1-2"]', "[]", "scores[0].items", "needs items"),
        ("range = [0, 4]", "range = [0]", "scores[0].range", "[lowest, highest]"),
        ("range = [0, 4]", "range = [0, nan]", "scores[0].range", "must be a number"),
        ('"higher_worse"', '"up"', "scores[0].direction", '"up" is not one of higher_worse'),
        ('op = "sum"', 'op = "eval"', "scores[0].op", '"eval" is not one of sum, mean'),
        ('op = "sum"', 'op = "sum"\nof = ["x"]', "scores[0].of", "operations over scores"),
        ('op = "sum"', 'op = "mean_of_scores"', "scores[0].of", "operations over scores"),
        ('op = "sum"', 'op = "value"', "scores[0].items", "exactly one item"),
        ('op = "sum"', 'op = "sum"\ncount_ge = 2', "scores[0].count_ge", "no other"),
        ('op = "sum"', 'op = "sum"\nmultiply = 0', "scores[0].multiply", "above 0"),
        ('op = "sum"', 'op = "sum"\ndecimals = 9', "scores[0].decimals", "0 to 4"),
        ('op = "sum"', 'op = "sum"\ngroups = [["1", "2"]]', "scores[0].groups", "not used"),
        ('op = "sum"', 'op = "sum"\none_of = [["1", "2"]]', "scores[0].one_of", "belongs to"),
        ("primary = true", "", "scores[0].primary", "exactly one score is primary"),
        ('codes = {loinc = "44249-1"}', 'no_primary = "none"', "no_primary", "says that none"),
        ("primary = true", 'primary = true\nverified = "yes"', "scores[0].verified", "no verif"),
        ('id = "danger"', 'id = "screen"', "safety[0].id", "is a rule already"),
        ('["total", ">=", 2]', '["2", "declined"]', "rules[0].when", "may be declined"),
        ('["total", ">=", 2]', '["9", "declined"]', "rules[0].when", 'no item or score "9"'),
        ("answers = {all = 1}", 'answers = {all = 1}\ndeclined = ["2"]', "tests[0]",
         'item "2" cannot be declined'),
        ('method = "none"', 'method = "guess"', "scores[0].missing.method", "not one of none"),
        ('method = "none"', 'method = "prorate"', "scores[0].missing.min_answered", "belongs"),
        ('method = "none"', 'method = "prorate", min_answered = 3',
         "scores[0].missing.min_answered", "between 1 and 2"),
        ('method = "none"', 'method = "none", min_answered = 1',
         "scores[0].missing.min_answered", "belongs to prorate"),
        ('method = "none"', 'method = "zero_if_gate", gate = "2"',
         "scores[0].missing.gate", 'no gate on item "2"'),
        ("rci_points = 7", "rci_points = 5", "scores[0].change.rci_points", "give 6.54 points"),
        ("rci_points = 7", "rci_points = 0", "scores[0].change.rci_points", "more than 0"),
        ('c_basis = "caseness"', "", "scores[0].change.c_basis", "belong together"),
        ("c = 2", "c = 9", "scores[0].change.c", "outside the score's range"),
        ("sd = 8", "", "scores[0].change.basis", "needs sd"),
        ('verified = "provisional"', 'verified = "sure"', "scores[0].change.verified", "no verif"),
        ('id = "2"\n', 'id = "1"\n', "items[1].id", '"1" is used twice'),
        ('id = "2"\n', 'id = "total"\n', "scores[0].id", "is an item already"),
        ('scale = "days"\ntext = "Second"', 'scale = "day"\ntext = "Second"', "items[1].scale",
         'there is no scale "day", only days'),
        ('text = "Second"', "", "items[1].text", "has no text"),
        ('text = "Second"', 'text = ""', "items[1].text", "not empty"),
        ('text = "Second"', 'text = "Second"\nweight = -1', "items[1].weight", "above 0"),
        ('text = "Second"', 'text = "Second"\nrecode = {"0" = 1}', "items[1].recode",
         "must name every answer"),
        ('text = "Second"', 'text = "Second"\ntypo = 1', "items[1].typo", "not known here"),
        ("44250-9", "44250-8", "items[0].codes.loinc", "fails its check digit"),
        ("44249-1", "44249-7", "codes.loinc", "44249 ends in -1"),
        ("LA6568-5", "LX6568-5", "scales.days.options[0]", "not written like a LOINC answer"),
        ("{value = 1,", "{value = 0,", "scales.days.options", "must rise"),
        ("{value = 1,", '{value = "1",', "scales.days.options[1].value", "whole number"),
        ("{value = 1,", "{value = true,", "scales.days.options[1].value", "whole number"),
        ("[licence]", "[license]", "licence", "is missing"),
        ('redistribution = "yes"', 'redistribution = "ask"', "licence.text_included", "allowed"),
        ('commercial_use = "yes"', "commercial_use = yes", "", "line 14"),
        ('unit = "day"', 'unit = "moon"', "administration.recall.unit", '"moon" is none of'),
        ("window = 7", "window = 0", "administration.recall.window", "at least 1"),
        ("min_interval_days = 6", "min_interval_days = 9", "administration.default_interval_days",
         "usual interval"),
        ('item = "1"', 'item = "7"', "gates[0]", 'no item "7"'),
        ("closed_if = [0]", "closed_if = []", "gates[0].closed_if", "must list"),
        ("value = 0\n", "value = 3\n", "gates[0].value", "3 is no answer"),
        ("value = 0\n", "\n", "gates[0].value", "needs a value"),
        ('["2", ">", "1"]', '["2", ">", "x"]', "consistency[0].when", 'no item or score "x"'),
        ('["2", ">", "1"]', '["2", "~", "1"]', "consistency[0].if", '"~" is none of'),
        ('["total", ">=", 2]', '["sum", ">=", 2]', "rules[0].when", 'no item or score "sum"'),
        ('["total", ">=", 2]', "{some = []}", "rules[0].when.some", "all or any"),
        ('["total", ">=", 2]', '"total >= 2"', "rules[0].when", "one of all, any, not"),
        ('["total", ">=", 2]', '["total", ">="]', "rules[0].when", "a comparison is"),
        ('verified = "V:CC"', 'verified = "yes"', "rules[0].verified", "no verification mark"),
        ('level = "immediate"', 'level = "soon"', "safety[0].level", "not one of immediate"),
        ('"follow_up"', '"no"', "safety[0].blank_is", "never"),
        ("sens = 0.8", "sens = 80", "cutoffs[0].sens", "between 0 and 1"),
        ('score = "total"\nop', 'score = "sum"\nop', "cutoffs[0].score", 'no score "sum"'),
        ("alpha = 0.9", "alpha = 9", "psychometrics[0].alpha", "between 0 and 1"),
        ("expected = {total = 2}", "expected = {total = 3}", "tests[0]",
         "total is 2, the example says 3"),
        ("rules = {screen = true}", "rules = {other = true}", "tests[0]", "other is unknown"),
        ("answers = {all = 1}", "answers = {all = 9}", "tests[0]", "9 is not an answer"),
        ("answers = {all = 1}", "answers = {all = 1.5}", "tests[0].answers.all", "whole number"),
        ('version = "1.0"', 'version = "2.0"', "version", "must be called"),
        ('version = "1.0"', 'version = "one"', "version", "is not a version"),
        ('id = "demo"', 'id = "Demo"', "id", "is not an id"),
        ("instrument/1", "instrument/2", "schema", "reads schema"),
    ],
)  # fmt: skip
def test_a_malformed_file_is_refused_by_place_and_reason(tmp_path, right, wrong, place, why):
    assert right in GOOD
    text = GOOD.replace(right, wrong, 1)

    with pytest.raises(BadDefinition) as refused:
        load(write(tmp_path, text))

    message = str(refused.value)
    assert message.startswith("demo-1.0.toml")
    assert refused.value.place == place
    assert why in message
    assert f": {place}: " in message or not place


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("  {from = 2, to = 5", "  {from = 3, to = 5"),
        ('scale = "days"\ntext = "Second"', 'scale = "day"\ntext = "Second"'),
        ("rci_points = 7", "rci_points = 5"),
        ('level = "immediate"', 'level = "soon"'),
        ('when = ["total", ">=", 2]', 'when = ["sum", ">=", 2]'),
        ("window = 7", "window = 0"),
    ],
)
def test_the_line_named_is_the_line_of_the_trouble(tmp_path, right, wrong):
    text = GOOD.replace(right, wrong, 1)
    if "window" in right:  # an inline table stands on the line of its key
        wrong = "recall = {window = 0"

    with pytest.raises(BadDefinition) as refused:
        load(write(tmp_path, text))

    line = refused.value.line
    assert line is not None
    assert wrong.splitlines()[0] in text.splitlines()[line - 1]
    assert str(refused.value).startswith(f"demo-1.0.toml:{line}: ")


def test_what_is_missing_is_named_by_the_table_that_lacks_it(tmp_path: Path):
    with pytest.raises(BadDefinition, match=r"^demo-1\.0\.toml:\d+: licence\.verified: is missing"):
        load(write(tmp_path, GOOD.replace('verified = "V"\n', "", 1)))


def test_a_definition_without_worked_examples_is_refused(tmp_path: Path):
    with pytest.raises(BadDefinition, match="brings its own worked examples"):
        load(write(tmp_path, GOOD[: GOOD.index("[[tests]]")]))


def test_a_range_that_the_items_do_not_give_is_refused(tmp_path: Path):
    text = GOOD.replace("range = [0, 4]", "range = [0, 5]").replace("to = 5", "to = 6")

    with pytest.raises(BadDefinition, match=r"scores\[0\]\.range: the items give 0 to 4"):
        load(write(tmp_path, text))


def test_blanks_are_filled_only_from_answers_worth_the_same(tmp_path: Path):
    text = GOOD.replace('method = "none"', 'method = "prorate", min_answered = 1')
    text = text.replace('text = "Second"', 'text = "Second"\nweight = 2')

    with pytest.raises(BadDefinition, match="stand in for each other"):
        load(write(tmp_path, text.replace("[0, 4]", "[0, 6]").replace("to = 5", "to = 7")))


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"= 1", b"a = 1\na = 2", b"\x00"])
def test_rubbish_is_refused_by_file_name(tmp_path: Path, content: bytes):
    path = tmp_path / "rubbish-1.toml"
    path.write_bytes(content)

    with pytest.raises(BadDefinition, match=r"^rubbish-1\.toml"):
        load(path)
