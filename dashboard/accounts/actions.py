"""What is done to accounts: inviting, disabling, changing roles, handing open work over.

Whatever an account loses bites at once: its sign-ins end in the same transaction. The practice
always keeps one active admin, however many admins act at the same moment.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from dashboard import audit, links
from dashboard.accounts import second_factor, sign_in, throttle
from dashboard.accounts.models import User
from dashboard.actor import Role, seeing_every_patient
from dashboard.clock import now
from dashboard.db import db
from dashboard.errors import Refusal
from dashboard.links import Purpose
from dashboard.patients import actions as patient_actions
from dashboard.patients.models import CareTeamMember
from dashboard.visits import actions as visit_actions
from dashboard.visits.models import Visit

INVITATION = dt.timedelta(days=7)
SHORT = dt.timedelta(hours=24)


class LastAdmin(Refusal):
    """This is the last active admin. Without one, nobody could keep the accounts."""

    status = 409
    heading = "The last admin stays"
    advice = "Make somebody else an admin first."


class OwnAccount(Refusal):
    """Nobody disables, resets or re-roles their own account."""

    status = 409
    heading = "This is your own account"
    advice = "Ask another admin to do it."


class AddressTaken(Refusal):
    """An account with this e-mail address exists already."""

    advice = "Each account needs an address of its own, also when one person has two roles."


class WorkNeedsReceiver(Refusal):
    """This physician has open work. Choose who takes it over."""

    status = 409
    heading = "Open work needs a physician"


@dataclass(frozen=True)
class OpenWork:
    """What a physician would leave behind."""

    patients: int
    unsigned_visits: int

    def __bool__(self) -> bool:
        return bool(self.patients or self.unsigned_visits)


@dataclass(frozen=True)
class HandedOver:
    """What changed hands."""

    patients: int = 0
    visits: int = 0


def invite(*, email: str, name: str, role: Role) -> tuple[User, str]:
    """Open an account and return it with the token of its invitation."""
    if db.session.scalar(sa.select(User.id).where(User.email == email)):
        raise AddressTaken
    user = User(email=email, name=name, role=role)
    db.session.add(user)
    try:
        db.session.flush()
    except IntegrityError:
        db.session.rollback()
        raise AddressTaken from None
    _tell(audit.Action.INVITE, user, role=role.value)
    return user, links.issue(Purpose.INVITATION, subject_id=user.id, lifetime=INVITATION)


def send_link(user: User) -> str:
    """Return the token of a new link: an invitation before joining, else for a new password."""
    if user.disabled_at is not None:
        raise Refusal("This account is disabled. Enable it first.")
    if user.joined_at is None:
        return links.issue(Purpose.INVITATION, subject_id=user.id, lifetime=INVITATION)
    return links.issue(Purpose.NEW_PASSWORD, subject_id=user.id, lifetime=SHORT)


def join(user: User, link: links.OpenLink, *, name: str, password_hash: str) -> None:
    """Set a password by a link, once; every sign-in of the account ends."""
    links.use_up(link)
    user.name = name or user.name
    user.joined_at = user.joined_at or now()
    set_password(user, password_hash)
    sign_in.end_all(user.id, "new password")
    throttle.unlock(throttle.account_door(user.email))


def set_password(user: User, password_hash: str) -> None:
    """Replace the password; a link that could replace it once more ends."""
    user.password_hash, user.password_set_at = password_hash, now()
    _end_links(user)


def disable(user: User, *, by: uuid.UUID, receiver: User | None) -> HandedOver:
    """Disable an account, end its sign-ins and links, and hand its open work over."""
    _keep_an_admin(user, by=by)
    if user.disabled_at is not None:
        return HandedOver()
    moved = _hand_over(user, receiver)
    user.disabled_at = now()
    _tell(audit.Action.DISABLE, user)
    _shut_out(user, "account disabled")
    return moved


def enable(user: User) -> None:
    """Let a disabled account sign in again, with the password and factor it had."""
    if user.disabled_at is not None:
        user.disabled_at = None
        _tell(audit.Action.ENABLE, user)


def change_role(user: User, role: Role, *, by: uuid.UUID, receiver: User | None) -> HandedOver:
    """Give an account another role, end its sign-ins, and hand a physician's open work over."""
    if user.role is role:
        return HandedOver()
    _keep_an_admin(user, by=by)
    moved = _hand_over(user, receiver)
    user.role = role
    _tell(audit.Action.ROLE, user, role=role.value)
    sign_in.end_all(user.id, "role changed")
    return moved


def unlock(user: User) -> None:
    """Let a stopped account try again."""
    throttle.unlock(throttle.account_door(user.email))
    throttle.unlock(throttle.factor_door(user.id))
    _tell(audit.Action.UNLOCK, user)


def reset_second_factor(user: User, *, by: uuid.UUID) -> None:
    """Forget a lost second factor; its owner sets up a new one at the next sign-in."""
    if user.id == by:
        raise OwnAccount
    second_factor.reset(user)
    throttle.unlock(throttle.factor_door(user.id))
    _tell(audit.Action.UPDATE, user, second_factor="reset")
    sign_in.end_all(user.id, "second factor reset")


def end_sign_ins(user: User) -> int:
    """End every sign-in of an account."""
    _tell(audit.Action.SIGN_OUT, user, everywhere=True)
    return sign_in.end_all(user.id, "ended by an admin")


def open_work(user_id: uuid.UUID) -> OpenWork:
    """Count what a physician would leave behind: numbers only, no chart is shown."""
    with seeing_every_patient():
        patients = sa.select(sa.func.count()).select_from(CareTeamMember)
        visits = sa.select(sa.func.count()).select_from(Visit)
        here = sa.and_(CareTeamMember.user_id == user_id, CareTeamMember.until.is_(None))
        unsigned = sa.and_(
            Visit.responsible_id == user_id,
            Visit.signed_at.is_(None),
            Visit.entered_in_error_at.is_(None),
        )
        return OpenWork(
            db.session.scalar(patients.where(here)) or 0,
            db.session.scalar(visits.where(unsigned)) or 0,
        )


def _hand_over(user: User, receiver: User | None) -> HandedOver:
    if user.role is not Role.PHYSICIAN or not open_work(user.id):
        return HandedOver()
    if receiver is None or receiver.id == user.id:
        raise WorkNeedsReceiver
    if receiver.role is not Role.PHYSICIAN or not receiver.is_active:
        raise WorkNeedsReceiver("Only an active physician can take the work over.")
    with seeing_every_patient():
        return HandedOver(
            patient_actions.hand_over(from_id=user.id, to_id=receiver.id),
            visit_actions.hand_over(from_id=user.id, to_id=receiver.id),
        )


def _shut_out(user: User, reason: str) -> None:
    sign_in.end_all(user.id, reason)
    _end_links(user)


def _end_links(user: User) -> None:
    for purpose in (Purpose.INVITATION, Purpose.FIRST_ADMIN, Purpose.NEW_PASSWORD):
        links.revoke(purpose, subject_id=user.id)


def active_admins() -> set[uuid.UUID]:
    """Return the keys of the active admins, locked until this transaction ends."""
    active = sa.and_(
        User.role == Role.ADMIN, User.joined_at.is_not(None), User.disabled_at.is_(None)
    )
    rows = sa.select(User).where(active).order_by(User.id).with_for_update()
    return {user.id for user in db.session.scalars(rows.execution_options(populate_existing=True))}


def _keep_an_admin(user: User, *, by: uuid.UUID) -> None:
    """Refuse what would leave no admin; two admins removing each other take turns here."""
    admins = active_admins()
    if user.id in admins and len(admins) == 1:
        raise LastAdmin
    if user.id == by:
        raise OwnAccount
    if by not in admins:
        raise Refusal("You are no longer an active admin.")


def _tell(action: audit.Action, user: User, **detail: object) -> None:
    audit.record(db.session, action, subject="account", subject_id=str(user.id), detail=detail)
