"""What holds of every report, whatever is in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.clinical.clearance import Collection, Rejected, read
from dashboard.findings.reports import (
    LEAVE,
    TAKE,
    About,
    Asks,
    Form,
    Report,
    Status,
    Unreadable,
    text_of,
)
from dashboard.findings.reports.forms import form_of
from tests.findings.reports.reading import (
    RULES,
    SAMPLES,
    TODAY,
    fhir,
    hl7,
    report,
    settled,
    table,
)

TEXTS = tuple(text_of(path.read_bytes()) for path in sorted(SAMPLES.iterdir()))
TABLES = tuple(text for text in TEXTS if form_of(text) is Form.TABLE)
PRINTED = {
    "K": ("Potassium", "mmol/L"), "Na": ("SODIUM", "mEq/L"), "P": ("Phosphorus", "mg/dL"),
    "Mg": ("Magnesium", "mg/dL"), "Ca": ("Calcium", "mmol/L"), "glucose": ("Glucose", "mg/dL"),
    "creatinine": ("Creatinine", "umol/L"), "ALT": ("ALT (SGPT)", "U/L"), "Hb": ("HGB", "g/dL"),
    "ANC": ("ANC", "/uL"), "plt": ("Platelets", "10^3/uL"), "HbA1c": ("HbA1c", "mmol/mol"),
}  # fmt: skip
FOOTERS = st.lists(
    st.sampled_from((
        "Page 1 of 3", "** END OF REPORT **", "Performing lab: Example, 1 Street, NJ 07001",
        "Medical Director: A. Sample MD", "Comment: results verified by repeat analysis.",
        "Phone (555) 010-0000", "-------------", "Accession 20261120-77",
        "Printed 11/22/2026 08:00",
        "Page\t2", "This report supersedes all earlier ones; values > 5 were repeated.",
        "Lab ID   12345", "Patient: SAMPLE, ANN",
    )),
    max_size=6,
)  # fmt: skip
NUMBERS = st.decimals(0, 9_999, places=2, allow_nan=False).map(str)
ANSWERS = st.sampled_from(
    (LEAVE, TAKE, "mg/dL", "mmol/L", "K", "P", "2026-11-20", "3.4", "yes", "")
)


law = settings(max_examples=60, deadline=None, derandomize=True)


def is_read(reader: Callable[[str], Report], text: str) -> Report | None:
    try:
        return reader(text)
    except Unreadable as refused:
        assert str(refused).strip().endswith((".", "?", ")"))
        return None


@law
@given(st.text(max_size=300))
def test_no_text_raises_anything_but_that_it_cannot_be_read(text):
    for reader in (table, fhir, hl7, report):
        is_read(reader, text)


@law
@given(st.binary(max_size=300))
def test_no_file_raises_anything_but_that_it_cannot_be_read(content):
    try:
        text = text_of(content)
    except Unreadable:
        return
    is_read(report, text)


@law
@given(st.sampled_from(TEXTS), st.data())
def test_a_report_cut_changed_or_doubled_is_read_or_refused(text, data):
    start = data.draw(st.integers(0, len(text)))
    length = data.draw(st.integers(0, 40))
    told = data.draw(
        st.text(alphabet='\t\n|^~\\&,;{}[]":.<>-0123456789KPmgLdµ\u202e\ufeff', max_size=20)
    )

    for changed in (text[:start] + told + text[start + length :], text[:start], text + text):
        is_read(report, changed)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from((
            "resourceType", "entry", "resource", "code", "coding", "system", "text", "subject",
            "valueQuantity", "value", "unit", "component", "referenceRange", "low", "status",
            "name",
        )),
        inner, max_size=5,
    ),
    max_leaves=20,
)  # fmt: skip


@law
@given(JSON, st.sampled_from(("Observation", "Patient", "Bundle")))
def test_no_json_raises_anything_but_that_it_cannot_be_read(made, kind):
    is_read(fhir, json.dumps(made))
    if isinstance(made, dict):
        is_read(fhir, json.dumps({**made, "resourceType": kind}))
        is_read(
            fhir,
            json.dumps([{"status": "final", "code": {"text": "K"}, **made, "resourceType": kind}]),
        )


@law
@given(st.sampled_from(sorted(PRINTED)), NUMBERS)
def test_a_row_read_and_confirmed_is_worth_what_typing_it_is_worth(kind, number):
    name, unit = PRINTED[kind]
    read_table = table(f"Collected: 11/20/2026\n{name}\t{number}\t{unit}\t")
    answers = [(about, unit if about is About.UNIT_OTHER else TAKE)
               for about in (About.UNIT_OTHER, About.VALUE_UNUSUAL)]  # fmt: skip

    row = settled(read_table, *(("1", *answer) for answer in answers)).row("1")

    assert row.collected_on is not None
    taken = Collection(on=row.collected_on, source="lab", is_confirmed=True)
    try:
        typed = read(kind, value=number, unit=unit, taken=taken, rules=RULES)
    except Rejected:
        assert row.finding is None and not row.is_ready
    else:
        assert row.is_ready and row.finding.value == typed.value and row.unit == typed.unit


@law
@given(st.sampled_from(TABLES), FOOTERS)
def test_footers_never_change_a_row(text, footers):
    if "Patient: SAMPLE, ANN" in footers and "patient" in text.casefold():
        footers = [one for one in footers if not one.startswith("Patient")]

    assert table("\n".join([text.rstrip("\n"), *footers])).rows == table(text).rows


@law
@given(st.sampled_from(TEXTS), st.data())
def test_answers_settle_doubts_or_change_nothing_and_never_take_what_was_withdrawn(text, data):
    before = report(text)
    doubted = [row for row in before.rows if row.doubts]
    told = []
    for row in doubted:
        for doubt in row.doubts:
            offered = [choice.value for choice in doubt.choices]
            told.append(
                (row.id, doubt.about, data.draw(st.sampled_from(offered) if offered else ANSWERS))
            )

    after = settled(before, *told)

    assert [row.printed for row in after.rows] == [row.printed for row in before.rows]
    for old, new in zip(before.rows, after.rows, strict=True):
        if old.status is Status.WITHDRAWN or any(d.asks is Asks.NOTHING for d in old.doubts):
            assert not new.is_ready
        if old.is_ready and not new.doubt(About.DUPLICATE):
            assert new.finding == old.finding
        if LEAVE in {answer for id, _, answer in told if id == old.id}:
            assert new.is_left_out and not new.is_ready
        if new.is_ready:
            assert new.finding.on <= TODAY and not new.doubts


@law
@given(st.sampled_from(TEXTS), st.sampled_from(("", "x", "99", "1;DROP", "\u202e")))
def test_nonsense_answers_take_nothing(text, nonsense):
    before = report(text)

    after = settled(before, *((row.id, about, nonsense) for row in before.rows for about in About))

    assert {row.id for row in after.ready} <= {row.id for row in before.ready}


@law
@given(NUMBERS, st.sampled_from(("mmol/L", "mEq/L")))
def test_every_form_of_report_gives_one_and_the_same_value(number, unit):
    as_table = table(f"Collected: 11/20/2026\nPotassium\t{number}\t{unit}\t3.5-5.1")
    as_hl7 = hl7(
        "MSH|^~\\&|L|X|||20261120||ORU^R01|1|P|2.5\rOBR|1||F||||20261120\r"
        f"OBX|1|NM|2823-3^Potassium^LN||{number}|{unit}|3.5-5.1||||F"
    )
    as_fhir = fhir(
        '{"resourceType":"Observation","status":"final","effectiveDateTime":"2026-11-20",'
        '"code":{"coding":[{"system":"http://loinc.org","code":"2823-3"}],"text":"Potassium"},'
        f'"valueQuantity":{{"value":{number},"unit":"{unit}"}},'
        '"referenceRange":[{"low":{"value":3.5},"high":{"value":5.1}}]}'
    )

    values = {
        read.row("1").finding and read.row("1").finding.value
        for read in (as_table, as_hl7, as_fhir)
    }
    assert len(values) == 1
    assert values <= {None, Fraction(number)}
