"""The command line's part of scores: importing a file."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import sqlalchemy as sa
from flask.cli import AppGroup

from dashboard.accounts.models import User
from dashboard.actor import acting_as_job
from dashboard.db import db
from dashboard.patients.models import CareTeamMember, Patient
from dashboard.scores import baselines, history, importing

scores = AppGroup("scores", help="Scores on the charts.")


@scores.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--patient", "mrn", required=True, help="The patient's record number.")
@click.option("--by", "email", required=True, help="The physician in whose name it is done.")
@click.option("--commit", "commits", is_flag=True, help="Store; without it nothing is stored.")
def import_file(file: Path, mrn: str, email: str, commits: bool) -> None:
    """Import one patient's scores from a CSV FILE: a dry run unless --commit is given."""
    with acting_as_job(f"scores imported for {email}"):
        patient, by = _found(mrn, email)
        zone = baselines.local_zone().key
        with file.open("rb") as held:
            sheet = importing.read(held.read(importing.MOST_BYTES + 1), zone_name=zone)
        for trouble in sheet.troubles:
            where = f"row {trouble.row}" + (f", column {trouble.column}" if trouble.column else "")
            click.echo(f"{where}: {trouble.words}", err=True)
        if sheet.troubles:
            click.echo("Nothing was stored.", err=True)
            sys.exit(2)
        if not commits:
            count = len(history.new_ones(patient.id, sheet.lines))
            click.echo(f"{len(sheet.lines)} rows are good, {count} are new. Nothing was stored.")
            return
        count = history.store(patient, sheet.lines, zone=zone, by=by.id)
        db.session.commit()
        click.echo(f"{count} responses were stored, {len(sheet.lines) - count} were there before.")


def _found(mrn: str, email: str) -> tuple[Patient, User]:
    row = db.session.execute(
        sa.select(Patient, User)
        .join(CareTeamMember, CareTeamMember.patient_id == Patient.id)
        .join(User, User.id == CareTeamMember.user_id)
        .where(
            Patient.mrn == mrn,
            User.email == email,
            User.disabled_at.is_(None),
            CareTeamMember.until.is_(None),
        )
    ).first()
    if row is None:
        raise click.ClickException("No such patient is treated by a physician of this address.")
    return row[0], row[1]
