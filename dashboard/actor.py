"""Who is acting: a signed-in person, the holder of a link, or a named job that says why it runs."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from enum import StrEnum

from flask import g, has_request_context
from flask_login import UserMixin, current_user


class NoActor(RuntimeError):
    """Records were touched outside a request and outside `acting_as_job`."""


class Role(StrEnum):
    """What an account is for; one person with both roles has two accounts."""

    PHYSICIAN = "physician"
    ADMIN = "admin"


class Standing(StrEnum):
    """How far a person's sign-in has come, or gone."""

    OPEN = "open"
    SECOND_FACTOR_DUE = "second factor due"
    ENROLMENT_DUE = "enrolment due"
    LOCKED = "locked"
    ENDED = "ended"


class Kind(StrEnum):
    """The kinds of actor the trail knows."""

    PERSON = "person"
    LINK = "link"
    JOB = "job"
    NOBODY = "nobody"


@dataclass(frozen=True)
class Actor:
    """The person, link or job behind a change, as the trail names it.

    `only_patient_id` is the one patient whom the holder of a link acts for, once they proved it.
    """

    kind: Kind
    name: str
    id: uuid.UUID | None = None
    sees_every_patient: bool = False
    only_patient_id: uuid.UUID | None = None


NOBODY = Actor(Kind.NOBODY, "nobody signed in")


@dataclass(frozen=True)
class Person(UserMixin):  # type: ignore[misc]
    """Somebody with an account, as this request's sign-in knows them."""

    id: uuid.UUID
    name: str
    role: Role
    standing: Standing
    sign_in_id: uuid.UUID

    @property
    def is_authenticated(self) -> bool:
        """Whether pages may be shown; a locked or half-finished sign-in opens nothing."""
        return self.standing is Standing.OPEN

    def get_id(self) -> str:
        """Return the account's key."""
        return str(self.id)


_job: ContextVar[Actor | None] = ContextVar("job", default=None)


@contextmanager
def acting_as_job(reason: str) -> Iterator[None]:
    """Run a command or job with sight of every patient; the reason is the trail's actor."""
    with _acting_as(Actor(Kind.JOB, f"job: {reason}", sees_every_patient=True)):
        yield


@contextmanager
def seeing_every_patient() -> Iterator[None]:
    """Let the present actor reach every patient for one act that its caller answers for."""
    with _acting_as(replace(current_actor(), sees_every_patient=True)):
        yield


@contextmanager
def acting_as(actor: Actor) -> Iterator[None]:
    """Act as somebody just identified, before a sign-in exists for them."""
    with _acting_as(replace(actor, sees_every_patient=False)):
        yield


@contextmanager
def _acting_as(actor: Actor) -> Iterator[None]:
    token = _job.set(actor)
    try:
        yield
    finally:
        _job.reset(token)


def current_person() -> Person | None:
    """Return the person this request's sign-in belongs to, however far it has come."""
    if not has_request_context():
        return None
    person = current_user._get_current_object()
    return person if isinstance(person, Person) else None


def current_actor() -> Actor:
    """Return who is acting, or refuse."""
    if job := _job.get():
        return job
    if has_request_context() and "link" in g:  # whoever else may be signed in in this browser
        return Actor(Kind.LINK, g.link.label, only_patient_id=g.get("link_patient_id"))
    if person := current_person():
        return Actor(Kind.PERSON, person.name, person.id)
    if has_request_context():
        return NOBODY
    raise NoActor("nobody is signed in, and no acting_as_job() says why this runs")
