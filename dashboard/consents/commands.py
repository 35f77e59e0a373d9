"""Proving from the command line that every signed consent is what was signed."""

from __future__ import annotations

import sys

import click

from dashboard.actor import acting_as_job
from dashboard.consents import verifying
from dashboard.consents.area import area


@area.cli.command("verify")
def verify() -> None:
    """Compare every signed consent with its seal, its text and the trail."""
    with acting_as_job("verify signed consents"):
        verdict = verifying.verify()
    if verdict.trouble:
        click.echo(f"Not every consent holds: {verdict.trouble}.", err=True)
        click.echo(f"{verdict.consents} consents before it hold.", err=True)
        sys.exit(1)
    click.echo(f"Every signed consent holds: {verdict.consents}.")
