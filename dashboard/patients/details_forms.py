"""The form of a patient's details, for registering and for editing."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Callable, Sequence

from wtforms import BooleanField, Field, RadioField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than its stubs
from wtforms.validators import ValidationError

from dashboard import contact, formats
from dashboard.clinical import diagnoses
from dashboard.fields import DayBetween, DayField, Dialable, Required, TextField
from dashboard.forms import PageForm
from dashboard.patients import record_numbers
from dashboard.patients.details import ALLERGY_WORDS, SEX_WORDS, Details
from dashboard.patients.models import Allergies, Sex
from dashboard.practice.places import AMERICAN_ZONES, STATES

OLDEST = 130  # years; the oldest age ever verified is 122
CODES = ("diagnosis_1", "diagnosis_2", "diagnosis_3", "diagnosis_4")
UNFILLED = {"autocomplete": "off"}  # the browser's own owner is not the patient


def earliest_birth() -> dt.date:
    """Return the first day on which a patient of today can have been born."""
    return formats.today() - dt.timedelta(days=round(OLDEST * 365.2425))


def birth_date(missing: str) -> DayField:
    """Return a field for a birth date."""
    possible = DayBetween(
        earliest=earliest_birth, latest=formats.today,
        message=f"Enter a birth date within the last {OLDEST} years, not after today.",
    )  # fmt: skip
    return DayField("Birth date", [Required(missing), possible], render_kw=UNFILLED)


class OneOfThese:
    """The answer is one of the choices on the page; `message` says which are meant."""

    def __init__(self, message: str) -> None:
        self.message = message

    def __call__(self, _form: object, field: SelectField) -> None:
        """Refuse an answer the page did not offer."""
        if field.data not in {option.data for option in field}:
            raise ValidationError(self.message)


class HasLetter:
    """A name holds at least one letter of some script."""

    def __call__(self, _form: object, field: Field) -> None:
        """Refuse a name that no list could order."""
        if not any(unicodedata.category(c).startswith("L") for c in field.data or ""):
            raise ValidationError("Write the name with letters.")


class BillableCode:
    """The field is empty or holds a code that can be billed, with or without its words."""

    def __call__(self, _form: object, field: Field) -> None:
        """Keep the code alone; refuse unknown ones and headings."""
        typed = (field.data or "").strip()
        if not typed:
            return
        try:
            found = diagnoses.lookup(typed.split()[0])
        except diagnoses.UnknownDiagnosis:
            raise ValidationError(
                "This code is not in the list. Choose one of the list, such as F50.810."
            ) from None
        if not found.is_billable:
            raise ValidationError(
                f"{found.code} ({found.description}) is a heading. Choose one of its codes: "
                f"{_leaves(found.code)}."
            )
        field.data = found.code


def _leaves(heading: str) -> str:
    codes = [d.code for d in billable() if d.code.startswith(heading)]
    return ", ".join(codes[:8])


def billable() -> Sequence[diagnoses.Diagnosis]:
    """Return the codes a patient can have."""
    return [found for found in diagnoses.all_diagnoses() if found.is_billable]


def _code(number: int) -> TextField:
    return TextField(
        f"Diagnosis {number}", [BillableCode()], longest=120,
        render_kw={**UNFILLED, "list": "diagnoses", "spellcheck": "false"},
    )  # fmt: skip


def _text(
    label: str, longest: int, *validators: Callable[[object, Field], None], **options: str
) -> TextField:
    return TextField(label, list(validators), longest=longest, render_kw={**UNFILLED, **options})


class DetailsForm(PageForm):
    """Everything that is known of who a patient is."""

    family_name = _text("Family name", 80, Required("Enter the family name."), HasLetter())
    given_name = _text("Given name", 80, Required("Enter the given name."), HasLetter())
    preferred_name = _text("Preferred name", 80)
    born_on = birth_date("Enter the birth date, for example 14-Mar-1996.")
    sex_for_ranges = RadioField(
        "Sex for reference ranges",
        [
            Required("Choose female, male or unknown."),
            OneOfThese("Choose female, male or unknown."),
        ],
        choices=[SelectChoice(sex.value, words) for sex, words in SEX_WORDS.items()],
        validate_choice=False,
    )
    gender = _text("Gender", 60)
    pronouns = _text("Pronouns", 40)
    mrn = _text("MRN", 40, autocapitalize="characters", spellcheck="false")
    email = _text("E-mail", 254, inputmode="email", autocapitalize="none")
    telephone = _text("Telephone", 30, Dialable(), inputmode="tel")
    street = _text("Street", 200)
    city = _text("City", 80)
    state = SelectField(
        "State",
        [OneOfThese("Choose a state of the list, or none.")],
        choices=[SelectChoice("", "Not known"), *map(SelectChoice, STATES, STATES.values())],
        validate_choice=False,
    )
    postal_code = _text("ZIP code", 10, inputmode="numeric")
    time_zone = SelectField(
        "Patient’s time zone",
        [OneOfThese("Choose a time zone of the list.")],
        validate_choice=False,
    )
    emergency_name = _text("Name", 120)
    emergency_relation = _text("Relation to the patient", 60)
    emergency_telephone = _text("Telephone", 30, Dialable(), inputmode="tel")
    allergies = RadioField(
        "Allergies",
        [
            Required("Choose whether allergies were asked about."),
            OneOfThese("Choose whether allergies were asked about."),
        ],
        choices=[SelectChoice(known.value, words) for known, words in ALLERGY_WORDS.items()],
        default=Allergies.NOT_ASKED.value,
        validate_choice=False,
    )
    allergies_text = _text("Which allergies", 300)
    diagnosis_1, diagnosis_2, diagnosis_3, diagnosis_4 = map(_code, (1, 2, 3, 4))

    def concern(self, stored: str | None = None) -> None:
        """Offer the practice's time zone, the American ones, and whatever is stored."""
        offered = dict.fromkeys((formats.zone().key, *AMERICAN_ZONES))
        if stored is not None and stored not in offered:
            offered = {stored: None, **offered}
        self.time_zone.choices = [
            SelectChoice(name, name.replace("_", " ") or "Not known") for name in offered
        ]

    @property
    def codes(self) -> list[tuple[Field, str]]:
        """Return the fields for diagnoses, each with the meaning of what it holds."""
        return [(self[name], _meaning(self[name].data or "")) for name in CODES]

    def validate_mrn(self, field: Field) -> None:
        """Keep the number as charts have it; refuse what is none."""
        field.data = record_numbers.written(field.data or "")
        if field.data and not record_numbers.TYPED.fullmatch(field.data):
            raise ValidationError(
                "Use up to 20 letters A to Z, digits, dashes or slashes, such as 004718."
            )

    def validate_email(self, field: Field) -> None:
        """Refuse an address that no mail could reach; empty means not known."""
        try:
            field.data = contact.email(field.data or "")
        except ValueError as problem:
            raise ValidationError(str(problem)) from None

    def validate_postal_code(self, field: Field) -> None:
        """Refuse what is no ZIP code."""
        try:
            contact.postal_code(field.data or "")
        except ValueError as problem:
            raise ValidationError(str(problem)) from None

    def validate_allergies_text(self, field: Field) -> None:
        """Allergies are listed exactly when somebody says that they are."""
        is_listed = self.allergies.data == Allergies.LISTED.value
        if is_listed and not field.data:
            raise ValidationError("Write which allergies, with the reaction if it is known.")
        if field.data and not is_listed:
            raise ValidationError(
                f"You wrote allergies: choose “{ALLERGY_WORDS[Allergies.LISTED]}”, or clear this."
            )

    def validate_diagnosis_4(self, _field: Field) -> None:
        """Refuse a code that stands twice, at its second place."""
        seen: set[str] = set()
        for name in CODES:
            code = self[name].data
            if code and code in seen:
                self[name].errors = [*self[name].errors, f"{code} stands here twice. Clear one."]
            seen.add(code or "")

    def validate(self, extra_validators: object = None) -> bool:
        """Check every field; a doubled code counts wherever it was found."""
        return bool(super().validate()) and not any(self[name].errors for name in CODES)

    def details(self) -> Details:
        """Return what the form says."""
        texts = {
            name: self[name].data or ""
            for name in Details.__dataclass_fields__
            if name not in {"born_on", "sex_for_ranges", "allergies", "diagnosis_codes"}
        }
        codes = [self[name].data for name in CODES if self[name].data]
        assert self.born_on.data is not None  # noqa: S101 - Required holds here
        return Details(
            **texts,
            born_on=self.born_on.data,
            sex_for_ranges=Sex(self.sex_for_ranges.data),
            allergies=Allergies(self.allergies.data),
            diagnosis_codes=", ".join(codes),
        )

    def show(self, details: Details) -> None:
        """Fill the form with what is stored."""
        for name, value in details.written().items():
            if name == "diagnosis_codes":
                self._show_codes(value)
            elif name != "born_on":
                self[name].data = value
        self.born_on.data = details.born_on

    def _show_codes(self, codes: str) -> None:
        stored = codes.replace(",", " ").split()
        for name, code in zip(CODES, stored, strict=False):
            self[name].data = code


def _meaning(code: str) -> str:
    try:
        return diagnoses.lookup(code).description
    except diagnoses.UnknownDiagnosis:
        return ""


class RegisterForm(DetailsForm):
    """A new patient; one who looks like another needs a word on why they are not the same."""

    why_another = _text("Why this is another person", 300)
    register_anyway = BooleanField("Register anyway")


class EditForm(DetailsForm):
    """A patient's details as they are, with room for why they change; a number there always is."""

    mrn = _text(
        "MRN", 40, Required("Enter the MRN."), autocapitalize="characters", spellcheck="false"
    )
    reason = _text("Why this changes", 300)
