"""Typed answers: what is read, what is asked about, what cannot be, and what never becomes a no."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.intake import answers, partial, progress, typed
from dashboard.intake.answers import Amount
from dashboard.intake.definition import Choice, Rows, Section, Unsaid, YesNo
from dashboard.intake.diagnosing import canonical_amount
from dashboard.intake.progress import State
from dashboard.intake.sections import BY_KEY, SECTIONS
from dashboard.intake.typed import Bounds

TODAY = dt.date(2026, 11, 23)
COURSE, WEIGHTS, MEDICINES = BY_KEY["course"], BY_KEY["weights"], BY_KEY["medicines"]


def read_day(text):
    return dt.datetime.strptime(text, "%d-%b-%Y").date()


BOUNDS = Bounds(born_on=dt.date(1996, 3, 14), today=TODAY, read_day=read_day)


def read(section, **inputs):
    named = {name.replace("__", "-"): value for name, value in inputs.items()}
    return typed.read(section, named, bounds=BOUNDS)


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.key)
@pytest.mark.parametrize("unsaid", list(Unsaid))
def test_every_field_can_be_not_asked_declined_or_unknown(section: Section, unsaid):
    inputs = {
        field.key if isinstance(field, YesNo | Choice) else f"{field.key}-unsaid": unsaid.value
        for field in section.asked
    }

    found = typed.read(section, inputs, bounds=BOUNDS)

    assert not found.problems
    assert set(found.values.values()) == {unsaid}
    content = answers.carried({}, found.values, today=TODAY)
    assert progress.of(section, content).state is State.DONE
    assert answers.read(answers.written(content)) == content
    assert typed.inputs(section, content) == inputs


@pytest.mark.parametrize(
    ("text", "means", "reads"),
    [
        ("2011", "2011", "2011"),
        ("Sep-2011", "2011-09", "Sep-2011"),
        ("september 2011", "2011-09", "Sep-2011"),
        ("9/2011", "2011-09", "Sep-2011"),
        ("2011-09", "2011-09", "Sep-2011"),
        ("14-Sep-2011", "2011-09-14", "14-Sep-2011"),
    ],
)
def test_a_date_is_kept_as_exactly_as_it_is_known(text, means, reads):
    found = read(COURSE, onset=text)

    assert found.values["onset"] == means
    assert partial.stored(means).words == reads
    assert partial.read(reads, read_day=read_day) == partial.stored(means)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("1990", "before the patient’s birth"),
        ("Feb-1996", "before the patient’s birth"),
        ("24-Nov-2026", "in the future"),
        ("Dec-2026", "in the future"),
        ("31-Feb-2019", "Write the date as"),
        ("13/2019", "Write the date as"),
        ("soon", "Write the date as"),
        ("Foo-2019", "month does not exist"),
        ("1850", "year from 1900"),
        ("٢٠١٩", "Write the date as"),
    ],
)
def test_a_date_that_cannot_be_is_refused_with_a_sentence(text, told):
    found = read(COURSE, onset=text, course="Began at school.")

    assert told in found.problems["onset"]
    assert found.values == {"course": "Began at school."}


def test_the_month_of_birth_and_today_are_possible():
    assert not read(COURSE, onset="Mar-1996").problems
    assert not read(COURSE, onset="23-Nov-2026").problems


@pytest.mark.parametrize(
    ("number", "unit", "problem", "question"),
    [
        ("43.2", "kg", "", ""),
        ("30", "kg", "", ""),
        ("29.9", "kg", "", "29.9 kg is unusual (30 to 180 kg)"),
        ("15", "kg", "", "unusual"),
        ("14.9", "kg", "14.9 kg is not possible (15 to 350 kg). Did you mean 149 kg?", ""),
        ("432", "kg", "Did you mean 43.2 kg?", ""),
        ("200", "kg", "", "Did you mean 200 lb"),
        ("430", "lb", "", "430 lb is unusual (66 to 400 lb)"),
        ("43", "lb", "", "Did you mean 43 kg"),
        ("-50", "kg", "Enter a number", ""),
        ("fifty", "kg", "Enter a number", ""),
        ("sNaN", "kg", "Enter a number", ""),
        ("3_0", "kg", "Enter a number", ""),
        ("1e2", "kg", "Enter a number", ""),
        ("٤٣", "kg", "Enter a number", ""),
        ("43.2", "stone", "Choose the unit", ""),
        ("43.2", "", "Choose the unit", ""),
    ],
)
def test_a_weight_is_taken_questioned_or_refused_but_never_changed(number, unit, problem, question):
    found = read(WEIGHTS, current=number, current__unit=unit)

    assert problem in found.problems.get("current", "")
    assert bool(problem) == ("current" in found.problems)
    assert question in found.questions.get("current", "")
    assert bool(question) == ("current" in found.questions)
    if not problem:
        assert found.values["current"] == Amount(number, unit, is_questioned=bool(question))


@pytest.mark.parametrize(
    ("text", "inches"),
    [
        ("5'4.5\"", "64.5"), ("5 ft 4.5 in", "64.5"), ("5’11”", "71"), ("5 ft", "60"),
        ("5 feet 0 inches", "60"), ("6' 1,25\"", "73.25"), ("64.5", "64.5"),
    ],
)  # fmt: skip
def test_a_height_in_feet_and_inches_is_kept_as_typed_and_exact(text, inches):
    found = read(WEIGHTS, height=text, height__unit="in")
    amount = found.values["height"]

    assert not found.problems and not found.questions
    assert amount.typed == text
    assert typed.exact(amount) == Fraction(inches)
    assert canonical_amount(answers.carried({}, found.values, today=TODAY), "height") == (
        Fraction(inches) * Fraction("2.54")
    )
    assert typed.words_of(amount) == ("64.5 in" if text == "64.5" else text)


@pytest.mark.parametrize(
    ("text", "unit", "told"),
    [
        ("5'12\"", "in", "Enter a number"), ("5'4\"", "cm", "Enter a number"),
        ("1'2\"", "in", "is not possible"), ("٥'4\"", "in", "Enter a number"),
    ],
)  # fmt: skip
def test_feet_that_are_none_are_refused(text, unit, told):
    assert told in read(WEIGHTS, height=text, height__unit=unit).problems["height"]


def test_eligible_after_needs_what_must_come_first():
    section = BY_KEY["eligibility"]
    after, plain = (
        progress.of(section, answers.carried({}, {"decision": value, "reasons": "x"}, today=TODAY))
        for value in ("eligible after", "eligible")
    )

    assert [gap.words for gap in after.gaps] == ["What must come first"]
    assert plain.state is State.DONE


def test_a_questioned_number_is_confirmed_as_it_stands_or_kept_as_a_question():
    sure = read(WEIGHTS, current="430", current__unit="lb", current__sure="430 lb")
    kept = read(WEIGHTS, current="430", current__unit="lb", current__put="430 lb")
    other = read(WEIGHTS, current="431", current__unit="lb", current__sure="430 lb")

    assert sure.values["current"] == Amount("430", "lb", is_questioned=True, is_sure=True)
    assert kept.values["current"] == Amount("430", "lb", is_questioned=True, is_sure=False)
    assert not sure.questions
    assert not kept.questions
    assert other.questions, "a tick beside another number confirms nothing"
    gaps = progress.of(WEIGHTS, answers.carried({}, kept.values, today=TODAY)).gaps
    assert "Present weight: a number is in question" in {gap.words for gap in gaps}


def test_an_answer_and_a_reason_for_none_contradict():
    found = read(WEIGHTS, current="43.2", current__unit="kg", current__unsaid="declined")
    listed = read(MEDICINES, taken__0__name="Zinc", taken__unsaid="none")

    assert "also “declined”" in found.problems["current-unsaid"]
    assert "also “none”" in listed.problems["taken-unsaid"]


def test_no_medicine_is_an_answer_and_an_empty_list_is_none():
    nothing = answers.carried({}, read(MEDICINES, taken__unsaid="none").values, today=TODAY)

    assert nothing["taken"].value == ()
    assert "taken" not in read(MEDICINES).values
    assert typed.inputs(MEDICINES, nothing) == {"taken-unsaid": "none"}


def test_an_entry_without_its_first_column_is_asked_for_and_kept():
    found = read(MEDICINES, taken__3__dose="10 mg")

    assert found.problems == {
        "taken-3-name": "Enter the medicine of this medicine, or empty its line."
    }


@pytest.mark.parametrize("text", ["<b>bold</b> &amp;", "🙂" * 30, "שלום עולם", "a" * 20_000])
def test_what_is_typed_is_kept_letter_by_letter(text):
    found = read(COURSE, course=text)

    content = answers.carried({}, found.values, today=TODAY)
    assert answers.read(answers.written(content))["course"].value == text


def test_a_text_of_a_hundred_thousand_letters_is_refused_with_its_length():
    found = read(COURSE, course="a" * 100_000, onset="2011")

    assert "20,000 characters; it has 100,000" in found.problems["course"]
    assert found.values["onset"] == "2011"


def test_an_answer_keeps_its_day_until_it_changes():
    first = answers.carried({}, {"onset": "2011", "course": "x"}, today=dt.date(2026, 1, 1))
    later = answers.carried(first, {"onset": "2011", "course": "y"}, today=TODAY)

    assert later["onset"].on == dt.date(2026, 1, 1)
    assert later["course"].on == TODAY
    assert answers.redated(later, today=TODAY)["onset"].on == TODAY


@given(
    grams=st.integers(min_value=15_000, max_value=350_000),
    note=st.text(min_size=1, max_size=40).map(str.strip).filter(bool),
)
def test_writing_and_reading_a_section_changes_nothing(grams, note):
    number = f"{grams // 1000}.{grams % 1000:03d}".rstrip("0").rstrip(".")
    inputs = {
        "current": number, "current-unit": "kg", "current-put": f"{number} kg",
        "weighings-0-weight": number, "weighings-0-weight-unit": "kg",
        "weighings-0-weight-put": f"{number} kg", "intake_source": note,
    }  # fmt: skip
    values = typed.read(WEIGHTS, inputs, bounds=BOUNDS).values

    content = answers.read(answers.written(answers.carried({}, values, today=TODAY)))

    again = typed.read(WEIGHTS, typed.inputs(WEIGHTS, content), bounds=BOUNDS)
    assert again.values == values
    assert not again.problems
    assert not again.questions


def test_broken_content_is_refused_by_name():
    for text in ("", "[]", '{"onset":1}', '{"onset":{"on":"never","value":"x"}}'):
        with pytest.raises(answers.BrokenContent):
            answers.read(text)


def test_a_section_names_its_gaps():
    content = answers.carried({}, {"onset": "2011"}, today=TODAY)
    found = progress.of(COURSE, content)
    unfinished = progress.of(COURSE, content, was_left=False)

    assert progress.of(COURSE, None).state is State.NOT_STARTED
    assert found.state is State.INCOMPLETE
    assert unfinished.state is State.IN_PROGRESS
    assert "Food rules and feared foods" in {gap.words for gap in found.gaps}
    assert "Onset" not in {gap.words for gap in found.gaps}


def test_every_list_offers_its_first_column_first():
    for section in SECTIONS:
        for field in section.fields:
            if isinstance(field, Rows):
                assert field.columns
                assert 1 <= field.most <= 40


def test_metres_typed_as_centimetres_are_asked_about():
    found = read(WEIGHTS, height="1.65", height__unit="cm")
    assert "Did you mean 165 cm?" in found.problems["height"]
