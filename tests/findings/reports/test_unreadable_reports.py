"""What is no report is refused in a sentence that says where and why; nothing else ever comes."""

from __future__ import annotations

import json
import time

import pytest

from dashboard.findings.import_entries import entry_of
from dashboard.findings.reports import About, Status, Unreadable, text_of
from tests.findings.reports.reading import doubts, fhir, hl7, only, report, table

HEADER = "MSH|^~\\&|LAB|Example|||20261120083000-0500||ORU^R01|1|P|2.5.1\r"
PERSON = "PID|1||123||SAMPLE^ANN||19960314|F\rOBR|1||F1|BMP|||202611200730\r"
OBX = "OBX|1|NM|2823-3^Potassium^LN||3.4|mmol/L|3.5-5.1|L|||F\r"


def observation(**changes: object) -> dict[str, object]:
    made: dict[str, object] = {
        "resourceType": "Observation", "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "2823-3"}], "text": "K"},
        "effectiveDateTime": "2026-11-20", "valueQuantity": {"value": 4, "unit": "mmol/L"},
    }  # fmt: skip
    return {name: told for name, told in {**made, **changes}.items() if told is not None}


def bundle(*resources: dict[str, object]) -> str:
    entries = [{"resource": one} for one in resources]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries})


def patient(name: str, born: str = "1996-03-14", id: str = "p1") -> dict[str, object]:
    return {"resourceType": "Patient", "id": id, "name": [{"family": name}], "birthDate": born}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "This is no text"),
        (b"%PDF-1.7\n\0\0\0\0", "This is no text"),
        (
            b"Potassium\t4.1\nSodium\t\xff\xfe140",
            "Line 2 has characters in an encoding that is not",
        ),
        (b"x" * 1_000_001, "larger than 1 MB"),
    ],
)
def test_a_file_that_is_no_text_is_refused(content, sentence):
    with pytest.raises(Unreadable, match=sentence):
        text_of(content)


def test_a_file_is_text_in_the_encoding_it_declares():
    declared = HEADER.replace("2.5.1\r", "2.5.1||||||8859/1\r")

    assert text_of("Potassium 4.1".encode("utf-16")) == "Potassium 4.1"
    assert text_of("\ufeffNa 140".encode()) == "Na 140"
    assert text_of((declared + "NTE|1||Grüße\r").encode("latin-1")).endswith("Grüße\r")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "There is nothing to read"),
        (" \n\t\r\n ", "There is nothing to read"),
        ("Dear colleague,\nthank you for the referral of Ann.", "No result was found"),
        ("\0\0\0\1\2 Potassium 4.1", "This is no text"),
        ("a\t1\tmg/dL\n" * 2_001, "more than 2,000 results"),
        ("Patient: A, B\nK\t4\tmmol/L\nPatient: C, D", r"more than one patient \(line 3"),
        (HEADER + OBX, "This is an HL7 message"),
        ('{"resourceType": "Bundle"}', "This is a FHIR file"),
    ],
)  # fmt: skip
def test_a_table_without_results_is_refused(text, sentence):
    with pytest.raises(Unreadable, match=sentence):
        table(text)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"resourceType":"Bundle","entry":[{"resource":{"resou', "stops in the middle"),
        ('{"resourceType": "Bundle", }', "Line 1, character 28: this is no FHIR file"),
        ('{"resourceType": "Bundle",\n "type": 1, "type": 2}', '"type" stands twice'),
        ("[" * 50_000, "nested deeper"),
        ('{"a":' * 50_000, "nested deeper"),
        ("[" + "[],[]," * 200_000 + "1]", "larger than 1 MB"),
        ("3", "a number stands where an object must be"),
        ("null", "no resourceType"),
        ("NaN", "NaN is no number"),
        ('{"resourceType": "Patient"}', "no Observation"),
        (bundle(patient("Sample")), "no Observation"),
        ('{"resourceType": "Bundle", "entry": {}}', "^entry: an object stands where a list"),
        (bundle(observation(status="done")), r'entry\[0\].resource.status: "done" is no status'),
        (bundle(observation(code=None)), r"entry\[0\].resource.code: it does not say what"),
        (bundle(observation(valueQuantity={"value": "4"})),
         r"entry\[0\].resource.valueQuantity.value: a text stands where a number"),
        (bundle(observation(valueQuantity={"value": 4, "unit": 5})),
         r"entry\[0\].resource.valueQuantity.unit: a number stands where a text"),
        (bundle(observation(valueQuantity={"value": 4, "comparator": "~"})), "is no comparator"),
        (bundle(observation(valueString="4")), "valueQuantity and valueString cannot both"),
        (bundle(observation(effectiveDateTime="2026-11-20T07:30:00")),
         r"entry\[0\].resource.effectiveDateTime: .* with its zone"),
        (bundle(observation(effectiveDateTime="2026-02-30")), "there is no such day"),
        (bundle(observation(effectiveDateTime="yesterday")), "is no time"),
        ('[{"resourceType":"Observation","status":"final","code":{"text":"K"},"valueQuantity":'
         '{"value":' + "9" * 900_000 + "}}]", "more digits than any result"),
        (bundle(patient("A"), patient("B", id="p2"), observation()),
         r"more than one patient \(entry\[1\].resource\)"),
        (bundle(observation(subject={"reference": "Patient/p1"}),
                observation(subject={"reference": "Patient/p2"})),
         r"more than one patient \(entry\[1\].resource.subject\)"),
        (bundle(patient("A"), observation(subject={"reference": "Patient/p2"})),
         r'entry\[1\].resource.subject: the results are about "p2"'),
        (json.dumps([observation()] * 2_001), "more than 2,000 results"),
    ],
)  # fmt: skip
def test_a_wrong_fhir_file_is_refused_with_its_place(text, sentence):
    with pytest.raises(Unreadable, match=sentence):
        fhir(text)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("hello", "must begin with a header"),
        ("PID|1\r" + HEADER, "must begin with a header"),
        ("MSH", "Line 1: the header does not declare"),
        ("MSH|", "Line 1: the header does not declare"),
        ("MSH|||||x", "Line 1: the header does not declare"),
        ("MSH|^^^^|x", "Line 1: the header does not declare"),
        ("MSHa^~\\&a", "Line 1: the header does not declare"),
        (HEADER.replace("ORU^R01", "ADT^A08") + PERSON, r'Line 1: this message is "ADT\^A08"'),
        (HEADER.replace("2.5.1", "3.0") + PERSON + OBX, "is not 2.x"),
        (HEADER + PERSON, "holds no result"),
        (HEADER + PERSON + "OBX|1|NM|||3.4\r", "Line 4, OBX 1: it does not say"),
        (HEADER + PERSON + "OBX|1|NM|2823-3^Potas\nsium^LN||3.4", "Line 5 is no HL7 segment"),
        (HEADER + PERSON + OBX + HEADER + PERSON.replace("ANN", "BEA") + OBX,
         "Line 6: the file holds results of more than one patient"),
        (HEADER + PERSON + OBX + HEADER + "OBR|1\r" + OBX, "Line 5: this message names no patient"),
        (HEADER + PERSON + "OBX|1|ST|X||" + "^~&" * 100_000, "more fields than any"),
        (HEADER + PERSON + OBX * 2_001, "more than 2,000 results"),
    ],
)  # fmt: skip
def test_a_wrong_hl7_message_is_refused_with_its_line(text, sentence):
    with pytest.raises(Unreadable, match=sentence):
        hl7(text)


@pytest.mark.parametrize(
    "value",
    ["9" * 1_000, "9" * 21, "1e400", "3.4.5", "--4", "4-5", "1/0", "NaN", "Infinity", "0x10", "²",
     "3\u202e4", "４Ⅳ", "=1+1", "4,1,2.5", "4·1"],
)  # fmt: skip
def test_what_is_no_plain_number_is_never_taken_as_one(value):
    row = only(f"Potassium\t{value}\tmmol/L\t3.5-5.1")

    assert not row.is_ready and row.finding is None, value


def test_look_alike_digits_signs_and_units_are_read_and_asked_about():
    wide = only("Potassium\t４.１\tmmol/L\t3.5-5.1")
    hidden = only("Potassium\t4\u200b.1\tmmol/L\t3.5-5.1")

    assert doubts(wide) == doubts(hidden) == [About.ODD_CHARACTERS]
    for micro in ("µ", "μ"):
        assert only(f"Creatinine\t62\t{micro}mol/L\t45–84").finding.unit == "umol/L"
    assert only("Рotassium\t4.1\tmmol/L\t3.5-5.1").is_left_out, "a Cyrillic P is another name"
    minus = only("Potassium\t−4.1\tmmol/L\t3.5-5.1")
    assert doubts(minus) == [About.ODD_CHARACTERS], "a typeset minus is a minus, never dropped"


def test_formulas_of_a_spreadsheet_stay_text():
    row = only("=cmd|' /C calc'!A0\t1\tmg/dL\t0-1")

    assert row.is_left_out and row.printed.name == "=cmd|' /C calc'!A0"


def test_any_framing_of_a_message_reads_the_same():
    plain = hl7(HEADER + PERSON + OBX)

    for framed in (
        "\v" + HEADER + PERSON + OBX + "\x1c\r",
        (HEADER + PERSON + OBX).replace("\r", "\n"),
        (HEADER + PERSON + OBX).replace("\r", "\r\n"),
        "\r\n\r\n" + HEADER + PERSON + OBX + "\r\n",
    ):
        read = hl7(framed)
        assert read.person == plain.person
        assert [row.finding for row in read.rows] == [row.finding for row in plain.rows]


def test_escapes_of_a_message_cannot_smuggle_characters_or_size():
    note = "NTE|1||a\\X00\\b\\.sp99999999\\c\\X202E\\\\Zx\\\r"

    (row,) = hl7(HEADER + PERSON + OBX + note).rows

    (comment,) = row.printed.comments
    assert "\0" not in comment and len(comment) < 40


def test_every_status_of_a_result_is_treated_as_what_it_says():
    taken = {"F": Status.FINAL, "C": Status.CORRECTED, "U": Status.FINAL}
    held = {code: Status.PRELIMINARY for code in "PRSAIQ"}
    for code, status in {**taken, **held, **dict.fromkeys("DWXNO", Status.WITHDRAWN)}.items():
        (row,) = hl7(HEADER + PERSON + OBX.replace("|||F", f"|||{code}")).rows

        assert row.status is status, code
        assert row.is_ready is (code in taken), code
        assert row.is_left_out is (status is Status.WITHDRAWN), code


def test_two_days_for_one_result_are_asked_about():
    (row,) = hl7(HEADER + PERSON + OBX.replace("|||F", "|||F|||20261118")).rows

    days = [choice.value for choice in row.doubt(About.DATE_UNSURE).choices]
    assert days == ["2026-11-20", "2026-11-18", "leave"]


def test_the_largest_report_is_read_within_seconds():
    started = time.monotonic()

    assert len(hl7(HEADER + PERSON + (OBX + "NTE|1|L|Repeated.\r") * 2_000).rows) == 2_000
    assert len(table("Potassium\t4.1\tmmol/L\t3.5-5.1\n" * 2_000).rows) == 2_000

    assert time.monotonic() - started < 30


@pytest.mark.parametrize("line", ["x " * 500_000, "1" * 999_999, "a\t" * 499_999, ":1 " * 333_333,
                                  "K " + "1." * 499_998, "<" * 999_999, "(" * 999_999,
                                  "Patient:" * 120_000, '"' * 999_999, "3.5-" * 249_999],
)  # fmt: skip
def test_a_line_of_a_megabyte_is_refused_or_read_quickly(line):
    started = time.monotonic()

    with pytest.raises(Unreadable):
        table(line)

    assert time.monotonic() - started < 10


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        (
            {"modifierExtension": [{"url": "urn:not", "valueBoolean": True}]},
            "changes what it means",
        ),
        ({"focus": [{"reference": "Patient/fetus"}]}, "somebody or something else"),
        ({"subject": {"reference": "Group/7"}}, 'about a "Group" and no patient'),
        ({"dataAbsentReason": {"text": "error"}}, "a value and none (error)"),
    ],
)
def test_a_result_that_means_something_else_than_it_says_is_not_taken(changes, why):
    (row,) = fhir(json.dumps(observation(**changes))).rows

    assert row.printed.status is Status.WITHDRAWN and row.is_left_out
    assert row.finding is None and why in row.doubts[0].sentence


def test_a_part_whose_meaning_an_extension_changes_is_not_taken():
    whole = observation()
    part = {"code": whole["code"], "valueQuantity": whole["valueQuantity"]}
    changed = {**part, "modifierExtension": [{"url": "urn:not"}]}
    rows = fhir(json.dumps(observation(valueQuantity=None, component=[changed]))).rows

    assert [row.is_left_out for row in rows] == [True]


@pytest.mark.parametrize(
    "read",
    [
        lambda: fhir(
            json.dumps(
                observation(
                    code={
                        "coding": [
                            {"system": "http://loinc.org", "code": code}
                            for code in ("2823-3", "2951-2")
                        ]
                    }
                )
            )
        ),
        lambda: hl7(HEADER + PERSON + OBX.replace("Potassium^LN", "Potassium^LN^2951-2^Sodium^LN")),
    ],
    ids=["FHIR", "HL7"],
)
def test_two_codes_for_different_results_are_asked_about(read):
    (row,) = read().rows

    assert row.finding is None and row.doubts[0].about is About.NAME_UNKNOWN
    assert "2823-3, 2951-2" in row.printed.name


def test_results_contained_in_a_report_are_read_like_others():
    report: dict[str, object] = {
        "resourceType": "DiagnosticReport",
        "contained": [observation(valueQuantity={"value": 2.2, "unit": "mmol/L"})],
    }

    assert [row.printed.value for row in fhir(bundle(report, observation())).rows] == ["2.2", "4"]


def test_a_result_about_another_address_than_the_patients_is_refused():
    entries = [
        {"fullUrl": "urn:uuid:ann", "resource": patient("Abel")},
        {"fullUrl": "urn:uuid:k", "resource": observation(subject={"reference": "urn:uuid:ben"})},
    ]
    with pytest.raises(Unreadable, match="not the Patient in this file"):
        fhir(json.dumps({"resourceType": "Bundle", "entry": entries}))
    entries[1]["resource"]["subject"] = {"reference": "urn:uuid:ann"}
    assert fhir(json.dumps({"resourceType": "Bundle", "entry": entries})).ready


def test_the_flag_that_marks_something_counts_wherever_it_stands():
    flags = [{"coding": [{"code": code}]} for code in ("N", "LL")]
    (row,) = fhir(json.dumps(observation(interpretation=flags))).rows

    assert row.printed.flag == "LL" and row.finding.is_flagged


@pytest.mark.parametrize(
    ("flag", "kept"),
    [
        ("CRIT", "AA"), ("Critical", "AA"), ("PANIC", "AA"), ("LL", "LL"), ("HH", "HH"),
        ("**", "A"), ("crit low", "LL"), ("Critically  high", "HH"), ("(H)", "H"), ("HU", "H"),
        ("Below lower panic limits", "LL"), ("Critical value!", "AA"), ("A", "A"),
    ],
)  # fmt: skip
def test_every_word_for_critical_or_abnormal_flags_the_value(flag, kept):
    head = "Collected: 11/20/2026\nTest\tResult\tUnits\tFlag\n"
    reads = (
        table(f"{head}Potassium\t4.1\tmmol/L\t{flag}"),
        hl7(HEADER + PERSON + OBX.replace("|L|", f"|B~{flag}|")),
        fhir(json.dumps(observation(interpretation=[{"text": flag}]))),
    )
    for read in reads:
        (row,) = read.rows
        assert row.finding.is_flagged and row.is_ready, (flag, read.form)
        assert entry_of(row).flag == kept
    for plain in ("N", "Normal", "not critical", "within limits", "B", ""):
        (row,) = table(f"{head}Potassium\t4.1\tmmol/L\t{plain}").rows
        assert not row.finding.is_flagged, plain


SERUM_CODE = {"coding": [{"system": "http://loinc.org", "code": "2823-3"}], "text": "K, Urine"}
URINE: dict[str, object] = {
    "resourceType": "Specimen",
    "id": "s1",
    "type": {"text": "Urine specimen"},
}
OF_URINE = observation(specimen={"reference": "Specimen/s1"})
CONTAINED = observation(specimen={"reference": "#s1"}, contained=[URINE])
ADDRESSED = {"entry": [
    {"fullUrl": "urn:uuid:7", "resource": {**URINE, "id": None}},
    {"resource": observation(specimen={"reference": "urn:uuid:7"})},
]}  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        bundle(observation(specimen={"display": "Urine"})), bundle(OF_URINE, URINE),
        bundle(CONTAINED), bundle(observation(code=SERUM_CODE)),
        json.dumps({"resourceType": "Bundle", **ADDRESSED}).replace('"id": null, ', ""),
        HEADER + PERSON.rstrip() + "||||||||UR&Urine&HL70070\r" + OBX,
        HEADER + PERSON.rstrip() + "||||||||^^Random urine\r" + OBX,
        HEADER + PERSON.rstrip() + "||||||||SER\r" + OBX + "SPM|1|||UR^Urine\r",
        HEADER + PERSON + OBX.replace("^Potassium^", "^Potassium, Urine^"),
        HEADER + PERSON.rstrip() + "||||||||SER\r" + OBX.replace("2823-3^Potassium", "2965-2^SG"),
        "Collected: 11/20/2026\nTest\tLOINC\tSpecimen\tResult\tUnits\nK\t2823-3\tUrine\t4\tmmol/L",
    ],
)  # fmt: skip
def test_a_code_that_its_specimen_contradicts_is_asked_about(text):
    (row,) = report(text).rows

    assert row.finding is None and doubts(row) == [About.KIND_UNSURE], row
    sentence = row.doubt(About.KIND_UNSURE).sentence
    assert "is printed: is it meant?" in sentence


def test_a_code_with_its_own_specimen_is_taken():
    (serum,) = fhir(bundle(observation(specimen={"display": "Serum"}))).rows
    index = {"coding": [{"system": "http://loinc.org", "code": "39156-5"}],
             "text": "Body mass index (BMI) [Ratio]"}  # fmt: skip
    (bmi,) = fhir(bundle(observation(code=index))).rows

    assert serum.is_ready and bmi.doubt(About.KIND_UNSURE) is None


def test_a_number_beyond_the_scale_is_never_taken_as_exact():
    beyond = observation(interpretation=[{"coding": [{"code": "<"}]}])
    reports = (
        fhir(json.dumps(beyond)),
        hl7(HEADER + PERSON + OBX.replace("|L|", "|>|")),
        table("Collected: 11/20/2026\nTest\tResult\tUnits\tFlag\nPotassium\t4.1\tmmol/L\t<"),
    )
    for read in reports:
        (row,) = read.rows
        assert row.finding is None and doubts(row) == ["inequality"], row.printed
