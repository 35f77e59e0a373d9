"""Proving from the command line that every signed note is what was signed."""

from __future__ import annotations

import sys

import click

from dashboard.actor import acting_as_job
from dashboard.visits import sealing
from dashboard.visits.area import area


@area.cli.command("verify")
def verify() -> None:
    """Compare every signed note with its seal and with the trail; name the first that differs."""
    with acting_as_job("verify signed notes"):
        verdict = sealing.verify()
    if not verdict.is_whole:
        click.echo(f"Not every note holds: {verdict.trouble}.", err=True)
        click.echo(f"{verdict.notes} notes before it hold.", err=True)
        sys.exit(1)
    click.echo(f"Every signed note holds: {verdict.notes}.")
