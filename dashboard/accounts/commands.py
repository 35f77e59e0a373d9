"""The command line's part of accounts: the first admin, and clearing away what has ended."""

from __future__ import annotations

import click
import sqlalchemy as sa
from email_validator import EmailNotValidError, validate_email
from flask import current_app
from flask.cli import AppGroup

from dashboard import audit, links
from dashboard.accounts import sign_in, throttle
from dashboard.accounts.actions import SHORT
from dashboard.accounts.area import area
from dashboard.accounts.models import User
from dashboard.actor import Role, acting_as_job
from dashboard.db import db
from dashboard.fields import clean
from dashboard.links import Purpose
from dashboard.practice.models import Practice
from dashboard.practice.places import SERVED_AT_FIRST
from dashboard.settings import Settings

sign_ins = AppGroup("sign-ins", help="Keep the record of sign-ins small.")
area.cli.add_command(sign_ins)


@area.cli.command("create-admin")
@click.option("--name", prompt="Your name", help="The admin's name.")
@click.option("--email", prompt="Your e-mail address", help="The admin's e-mail address.")
@click.option("--practice", help="The practice's name; asked for at the first start.")
@click.option("--again", metavar="REASON", help="Why another admin is made from outside.")
def create_admin(name: str, email: str, practice: str | None, again: str | None) -> None:
    """Make the first admin's account and print a link, good once and for 24 hours."""
    name, email = clean(name)[:120], _address(email)
    if not name:
        raise click.UsageError("The admin needs a name.")
    with acting_as_job(f"create-admin: {clean(again or 'first admin')[:200]}"):
        _refuse_a_second(again)
        _make_practice(practice)
        user = _account(name, email)
        token = links.issue(Purpose.FIRST_ADMIN, subject_id=user.id, lifetime=SHORT)
        db.session.commit()
    base = current_app.extensions["settings"].base_url
    click.echo("Open this link within 24 hours to choose your password. It works once:")
    click.echo(f"{base}/join/{token}")


@sign_ins.command("prune")
def prune() -> None:
    """Forget sign-ins that ended 90 days ago and counts of failed attempts older than 30 days."""
    with acting_as_job("sign-ins prune"):
        ended, doors = sign_in.prune(), throttle.prune()
        db.session.commit()
    click.echo(f"Forgotten: {ended} sign-ins, {doors} counts of failed attempts.")


def _refuse_a_second(again: str | None) -> None:
    active = sa.and_(
        User.role == Role.ADMIN, User.joined_at.is_not(None), User.disabled_at.is_(None)
    )
    if db.session.scalar(sa.select(User.id).where(active).limit(1)) is None:
        return
    if not again or not again.strip():
        raise click.ClickException(
            "There is an active admin, who can invite others. If nobody can sign in, give a reason "
            'for the trail: --again "why"'
        )


def _make_practice(name: str | None) -> None:
    if db.session.get(Practice, 1) is not None:
        return
    settings: Settings = current_app.extensions["settings"]
    chosen = clean(name or click.prompt("The practice's name"))[:120]
    if not chosen:
        raise click.UsageError("The practice needs a name.")
    served = " ".join(SERVED_AT_FIRST)
    db.session.add(Practice(name=chosen, states_served=served, is_synthetic=settings.is_demo))


def _account(name: str, email: str) -> User:
    user = db.session.scalar(sa.select(User).where(User.email == email))
    if user is not None and (user.role is not Role.ADMIN or user.disabled_at is not None):
        raise click.ClickException(
            "This address belongs to an account that is no active admin. Use another address."
        )
    if user is None:
        user = User(name=name, email=email, role=Role.ADMIN)
        db.session.add(user)
        db.session.flush()
        audit.record(
            db.session, audit.Action.INVITE, subject="account", subject_id=str(user.id),
            detail={"role": Role.ADMIN.value},
        )  # fmt: skip
    return user


def _address(text: str) -> str:
    try:
        found = validate_email(text.strip(), check_deliverability=False)
    except EmailNotValidError:
        raise click.UsageError("Write the address as name@practice.example.") from None
    return found.normalized.casefold()
