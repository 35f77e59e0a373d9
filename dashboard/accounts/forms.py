"""The forms of the door, of one's own account, and of the admin's account pages."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email
from wtforms import Field, HiddenField, PasswordField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than its stubs
from wtforms.validators import ValidationError

from dashboard.accounts import passwords
from dashboard.actor import Role
from dashboard.fields import Required, TextField
from dashboard.forms import PageForm

ROLES = [
    SelectChoice(Role.PHYSICIAN.value, "Physician: treats patients"),
    SelectChoice(Role.ADMIN.value, "Admin: keeps accounts, sees no chart"),
]


def plain_email(text: str | None) -> str:
    """Return an e-mail address the way accounts keep it."""
    return (text or "").strip().casefold()


class GoodEmail:
    """The field holds an e-mail address that could receive mail."""

    def __call__(self, _form: object, field: Field) -> None:
        """Refuse what is no address; keep it in lower case."""
        try:
            found = validate_email(plain_email(field.data), check_deliverability=False)
        except EmailNotValidError:
            raise ValidationError("Write the address as name@practice.example.") from None
        field.data = found.normalized.casefold()


def values_of(field: SelectField) -> set[str]:
    """Return what the choices of a field stand for."""
    return {getattr(choice, "value", "") for choice in field.choices or ()}


class OneOfThese:
    """The answer is one of the choices on the page."""

    def __call__(self, _form: object, field: SelectField) -> None:
        """Refuse an answer the page did not offer."""
        if field.data and field.data not in values_of(field):
            raise ValidationError("Choose one of the answers on the page.")


class SignInForm(PageForm):
    """E-mail and password."""

    email = TextField(
        "E-mail", [Required("Enter your e-mail address.")], longest=254,
        render_kw={"autocomplete": "username", "inputmode": "email", "autocapitalize": "none"},
    )  # fmt: skip
    password = PasswordField("Password", [Required("Enter your password.")])


class PasswordForm(PageForm):
    """One's own password, asked for again."""

    password = PasswordField("Your password", [Required("Enter your password.")])


class NewPasswordForm(PageForm):
    """A new password that somebody guessing would not try; `names` are what they would try."""

    new_password = PasswordField("New password", [Required("Choose a password.")])
    names: tuple[str, ...] = ()

    def validate_new_password(self, field: Field) -> None:
        """Refuse a password that is short, known or made of names."""
        if problem := passwords.objection(field.data or "", names=self.names):
            raise ValidationError(problem)


class ChangePasswordForm(NewPasswordForm):
    """The present password and a new one."""

    password = PasswordField("Present password", [Required("Enter your present password.")])


class JoinForm(NewPasswordForm):
    """A person's name and first password."""

    name = TextField(
        "Your name, as patients' charts show it", [Required("Enter your name.")], longest=120,
        render_kw={"autocomplete": "name"},
    )  # fmt: skip


class CodeForm(PageForm):
    """Six digits of the app, or a recovery code."""

    code = TextField("Code", [Required("Enter the code.")], longest=60)


class EnrolForm(CodeForm):
    """The first code of a new authenticator app, and the seed it was set up with, sealed."""

    code = TextField("Code the app shows", [Required("Enter the six digits.")], longest=60)
    seed = HiddenField()


class InviteForm(PageForm):
    """Who is invited, and as what."""

    name = TextField(
        "Name", [Required("Enter the person's name.")], longest=120,
        render_kw={"autocomplete": "off"},
    )  # fmt: skip
    email = TextField(
        "E-mail", [Required("Enter the person's e-mail address."), GoodEmail()], longest=254,
        render_kw={"autocomplete": "off", "inputmode": "email", "autocapitalize": "none"},
    )  # fmt: skip
    role = RadioField(
        "Role", [Required("Choose a role."), OneOfThese()], choices=ROLES, validate_choice=False
    )


class HandOverForm(PageForm):
    """Who takes over a physician's open work."""

    receiver = SelectField(
        "Hand the open work over to", [OneOfThese()], default="", validate_choice=False
    )

    def offer_receivers(self, physicians: list[tuple[str, str]]) -> None:
        """List the physicians who can take the work over."""
        self.receiver.choices = [
            SelectChoice("", "Choose a physician"),
            *(SelectChoice(ref, name) for ref, name in physicians),
        ]


class RoleForm(HandOverForm):
    """The role an account gets."""

    role = RadioField(
        "New role", [Required("Choose a role."), OneOfThese()], choices=ROLES, validate_choice=False
    )
