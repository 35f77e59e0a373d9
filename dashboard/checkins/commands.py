"""Sending from the command line: run it every few minutes, from as many machines as you like."""

from __future__ import annotations

import sys

import click

from dashboard.actor import acting_as_job
from dashboard.checkins import rounds
from dashboard.checkins.area import area


@area.cli.command("send")
def send() -> None:
    """Make the check-ins that are due, send invitations and reminders, end what is over."""
    with acting_as_job("check-ins"):
        done = rounds.run()
    click.echo(done.words)
    if done.failed:
        sys.exit(1)
