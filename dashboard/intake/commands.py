"""Proving from the command line that every signed intake is what was signed."""

from __future__ import annotations

import sys

import click

from dashboard.actor import acting_as_job
from dashboard.intake import sealing
from dashboard.intake.area import area


@area.cli.command("verify")
def verify() -> None:
    """Compare every signed intake with its seal and with the trail; name the first that differs."""
    with acting_as_job("verify signed intakes"):
        verdict = sealing.verify()
    if not verdict.is_whole:
        click.echo(f"Not every intake holds: {verdict.trouble}.", err=True)
        click.echo(f"{verdict.intakes} intakes before it hold.", err=True)
        sys.exit(1)
    click.echo(f"Every signed intake holds: {verdict.intakes}.")
