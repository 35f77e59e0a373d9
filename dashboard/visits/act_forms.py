"""The forms of what is done with a note after it was written: each asks for a few words."""

from __future__ import annotations

from dashboard.fields import LongTextField, Required, TextField
from dashboard.forms import PageForm


class SignForm(PageForm):
    """The second look before signing: nothing to type."""


class AddendumForm(PageForm):
    """Words added to a signed note."""

    text = LongTextField("Addendum", [Required("Write the addendum.")], longest=10_000)


class ErrorForm(PageForm):
    """Why a visit should not be on this chart."""

    reason = TextField("Reason", [Required("Say why, for example: wrong patient.")], longest=500)


class TakeOverForm(PageForm):
    """Why a colleague's unsigned note is taken over."""

    reason = TextField(
        "Reason", [Required("Say why, for example: Dr Adler is on leave.")], longest=300
    )
