"""Why something cannot be done with a consent, as people are told it."""

from __future__ import annotations

from http import HTTPStatus

from dashboard.errors import Refusal


class OneIsOpen(Refusal):
    """A consent is open already for this patient. Nothing was begun."""

    status = HTTPStatus.CONFLICT
    heading = "One consent at a time"
    advice = "Go back to the list: finish the open consent, or cancel it with a reason."


class Over(Refusal):
    """This consent is signed or has ended, and takes no change any more."""

    status = HTTPStatus.CONFLICT
    heading = "This consent is closed"
    advice = "Open it to read what became of it, or begin a new one."


class OtherWay(Refusal):
    """This consent was begun to be signed in the other way. Nothing was changed."""

    status = HTTPStatus.CONFLICT
    heading = "Begun for the other way of signing"
    advice = "Cancel it with a reason, and begin one anew: what is stored of it must be true."


class NotSigned(Refusal):
    """The patient has not signed this consent. Nothing was saved."""

    status = HTTPStatus.CONFLICT
    heading = "Not signed yet"
    advice = "The patient reads, initials and signs first."


class NothingToWithdraw(Refusal):
    """No consent was ever begun for this patient, so there is none to withdraw."""

    status = HTTPStatus.CONFLICT
    heading = "There is no consent"
    advice = "Write down in a visit note what the patient said."


class TextReplaced(Refusal):
    """The text has changed since this consent was begun. Nothing was signed."""

    status = HTTPStatus.CONFLICT
    heading = "The text has changed"
    advice = "Ask your clinic for the new one."


class Unfinished(Refusal):
    """Some parts have no initials or no answer yet. Nothing was signed."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    heading = "Not everything is done yet"
    advice = "Go back and finish the parts that are listed."
