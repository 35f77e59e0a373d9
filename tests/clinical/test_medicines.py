"""What a medicine means beside ketamine, and that silence is never taken for safety."""

import pytest

from dashboard.clinical import medicines
from dashboard.clinical.medicines import BadMedicineList, Weight, facts, note


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Ondansetron 4 mg ODT", {"qt"}),
        ("clarithromycin", {"cyp_inhibitor", "qt"}),
        ("METHADONE", {"opioid", "qt"}),
        ("lisdexamfetamine (40 mg)", {"stimulant"}),
        ("St John’s wort", {"inducer"}),
        ("bupropion XL 150", {"bupropion"}),
        ("Tranylcypromine", {"maoi"}),
    ],
)
def test_a_medicine_is_found_within_what_was_typed(typed, expected):
    assert {one.id for one in note(typed).classes} == expected


@pytest.mark.parametrize("typed", ["", "fluoxetine 20 mg", "bupro", "Zofran", "methadon", "💊"])
def test_what_is_not_in_the_list_is_said_to_be_unlisted(typed):
    assert not note(typed).is_listed


def test_current_medicines_make_clearance_facts_true_and_are_counted_once_each():
    counted = facts(["Ondansetron", "ondansetron ", "citalopram 20", "phenelzine", "fluoxetine"])

    assert counted == {"qt_drug_count": 2, "maoi_14d": 1}


def test_every_class_says_its_source_and_how_well_it_was_verified():
    for one in medicines.classes():
        assert one.source and one.verified and one.effect
        assert one.weight in Weight
        assert all(name == name.casefold() for name in one.medicines)


def test_the_names_offered_are_all_found_again():
    assert all(note(name).is_listed for name in medicines.names())


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (('id = "lamotrigine"', 'id = "opioid"'), "twice"),
        (('source = "Ketamine label"', 'source = ""'), "lacks"),
    ],
)
def test_a_broken_list_is_refused(change, why):
    from importlib.resources import files

    text = files("dashboard.clinical").joinpath("data", "medicines-1.toml").read_text("utf-8")
    with pytest.raises(BadMedicineList, match=why):
        medicines.read_list(text.replace(*change))
