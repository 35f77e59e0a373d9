"""The patient's forms: initials, own words, a signature, a no. They work without scripts."""

from __future__ import annotations

import unicodedata

from flask_wtf import FlaskForm

from dashboard.consents.texts import Question
from dashboard.fields import LongTextField, TextField, clean

FEWEST_LETTERS = 2
MOST_INITIALS = 6


class InitialsForm(FlaskForm):  # type: ignore[misc]
    """The initials below one item."""

    initials = TextField("Your initials", longest=10)

    def given(self) -> str:
        """Return the initials; "" when they are none, and the form then says what to do."""
        text = "".join((self.initials.data or "").split())
        letters = [c for c in text if _is_letter(c)]
        if self.validate() and letters and len(letters) <= MOST_INITIALS and not _digits(text):
            return text
        self.form_errors.append(
            "Write your initials here to show that you have read this part, such as AB."
        )
        return ""


class WordsForm(FlaskForm):  # type: ignore[misc]
    """What the patient writes back, one field for each question."""

    questions: tuple[Question, ...] = ()

    def words(self) -> dict[str, str] | None:
        """Return question -> words; None when one is too long, and the form then says so."""
        if self.validate():
            return {one.key: self[one.key].data or "" for one in self.questions}
        self.form_errors.append("One answer is too long: shorten it to 1,000 characters.")
        return None


def words_form(questions: tuple[Question, ...]) -> WordsForm:
    """Return a form with a field for each question."""
    fields: dict[str, object] = {
        one.key: LongTextField(one.question, longest=1000) for one in questions
    }
    form = type("WordsForm", (WordsForm,), {**fields, "questions": questions})()
    assert isinstance(form, WordsForm)  # noqa: S101 - says so to the type checker
    return form


class SignatureForm(FlaskForm):  # type: ignore[misc]
    """The typed name and the one sentence that makes it a signature."""

    name = TextField("Your full name", longest=120)
    agrees = TextField("I agree", longest=3)

    def signed(self) -> str:
        """Return the typed name; "" when it is no signature, and the form then says what to do."""
        name = " ".join(clean(self.name.data or "").split())
        is_valid = self.validate()
        if not is_valid or sum(_is_letter(c) for c in name) < FEWEST_LETTERS:
            self.form_errors.append("Type your full name: it is your signature.")
            return ""
        if self.agrees.data != "yes":
            self.form_errors.append("Tick that you agree. If you do not, choose “I do not agree”.")
            return ""
        return name


class NoForm(FlaskForm):  # type: ignore[misc]
    """A no, with a reason if the patient wants to give one."""

    reason = LongTextField("Your reason", longest=500)

    def reason_given(self) -> str | None:
        """Return the reason, "" without one; None when it is too long, and the form says so."""
        if self.validate():
            return self.reason.data or ""
        self.form_errors.append("Your reason is too long: shorten it to 500 characters.")
        return None


def _is_letter(character: str) -> bool:
    return unicodedata.category(character).startswith("L")


def _digits(text: str) -> bool:
    return any(unicodedata.category(c).startswith("N") for c in text)
