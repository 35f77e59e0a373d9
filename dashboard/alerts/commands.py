"""Escalating from the command line: run it every minute, from as many machines as you like."""

from __future__ import annotations

import sys

import click

from dashboard import mail
from dashboard.actor import acting_as_job
from dashboard.alerts import actions, mailing
from dashboard.alerts.area import area
from dashboard.db import db


@area.cli.command("escalate")
def escalate() -> None:
    """Escalate every alert that nobody took in time, and send the notices that wait."""
    with acting_as_job("escalate alerts"):
        actions.pass_on()
        escalated = actions.escalate()
        db.session.commit()
        delivered = mailing.deliver()
        db.session.remove()
    click.echo(f"Escalated: {escalated}. E-mails sent: {delivered.sent}.")
    if not mail.is_on():
        click.echo(
            "E-mail is not set up here (CASEMENT_MAIL): nobody was told by e-mail.", err=True
        )
    if delivered.troubles:
        click.echo(f"Not sent: {'; '.join(sorted(set(delivered.troubles)))}", err=True)
        sys.exit(1)
