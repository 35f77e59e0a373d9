"""Assemble the application: settings, keys, database, kernel, areas."""

from __future__ import annotations

from flask import Flask
from flask_migrate import Migrate
from jinja2 import StrictUndefined
from werkzeug.routing import BaseConverter

from dashboard import (
    access,
    audit,
    cli,
    engine,
    errors,
    formats,
    guards,
    health,
    keys,
    pages,
    security,
)
from dashboard.accounts import sign_in
from dashboard.accounts.routes import area as accounts
from dashboard.activity.routes import area as activity
from dashboard.alerts import mailing
from dashboard.alerts.guards import GUARDS as ALERT_GUARDS
from dashboard.alerts.patient_routes import area as patient_alerts
from dashboard.alerts.routes import area as alerts
from dashboard.chart.routes import area as chart
from dashboard.checkins.guards import GUARDS as CHECK_IN_GUARDS
from dashboard.checkins.patient_routes import area as check_in
from dashboard.checkins.routes import area as check_ins
from dashboard.clearance import rejudging
from dashboard.clearance.guards import GUARDS as CLEARANCE_GUARDS
from dashboard.clearance.practice_routes import area as clearance_board
from dashboard.clearance.routes import area as clearance
from dashboard.clearance.rules_routes import area as clearance_rules
from dashboard.clinical.instruments import lay_out
from dashboard.cohort.routes import area as cohort
from dashboard.consents.guards import GUARDS as CONSENT_GUARDS
from dashboard.consents.routes import area as consents
from dashboard.consents.routes import evidence_area as evidence
from dashboard.consents.routes import patient_area as consent
from dashboard.db import db
from dashboard.drafts import routes as drafts
from dashboard.findings.guards import GUARDS as FINDING_GUARDS
from dashboard.findings.routes import area as findings
from dashboard.help.routes import area as help_pages
from dashboard.intake.guards import GUARDS as INTAKE_GUARDS
from dashboard.intake.routes import area as intake
from dashboard.licences.guards import GUARDS as LICENCE_GUARDS
from dashboard.licences.routes import area as licences
from dashboard.measures.routes import area as measures
from dashboard.patients import scope
from dashboard.patients.details_routes import area as patient
from dashboard.patients.routes import area as patients
from dashboard.plans import holding as plan_holding
from dashboard.plans.guards import GUARDS as PLAN_GUARDS
from dashboard.plans.routes import area as plans
from dashboard.practice.routes import area as practice
from dashboard.prescriptions.guards import GUARDS as PRESCRIPTION_GUARDS
from dashboard.prescriptions.routes import area as prescriptions
from dashboard.referrals.guards import GUARDS as REFERRAL_GUARDS
from dashboard.referrals.public_routes import area as free_assessment
from dashboard.referrals.routes import area as referrals
from dashboard.scores.guards import GUARDS as SCORE_GUARDS
from dashboard.scores.routes import area as scores
from dashboard.sessions import telling as session_telling
from dashboard.sessions.board_routes import area as sessions_board
from dashboard.sessions.guards import GUARDS as SESSION_GUARDS
from dashboard.sessions.routes import area as sessions
from dashboard.settings import ROOT, Settings
from dashboard.tasks.guards import GUARDS as TASK_GUARDS
from dashboard.tasks.patient_routes import area as patient_tasks
from dashboard.tasks.routes import area as tasks
from dashboard.visits.guards import GUARDS as VISIT_GUARDS
from dashboard.visits.routes import area as visits
from dashboard.windows import telling as window_telling
from dashboard.windows.guards import GUARDS as WINDOW_GUARDS
from dashboard.windows.practice_routes import area as windows_board
from dashboard.windows.routes import area as windows

AREAS = (
    health.area, accounts, practice, activity, help_pages, drafts.area,
    patients, patient, chart, visits, scores, measures,
    alerts, patient_alerts, check_in, check_ins, sessions, sessions_board,
    referrals, free_assessment, consents, consent, evidence, intake, findings,
    clearance, clearance_board, clearance_rules,
    tasks, patient_tasks, licences, prescriptions, windows, windows_board,
    plans, cohort,
)  # fmt: skip
PLUGGED = (plan_holding, session_telling, window_telling)  # they attach themselves to the clearance
GUARDS = (
    guards.TRAIL, *ALERT_GUARDS, *SCORE_GUARDS, *VISIT_GUARDS, *CHECK_IN_GUARDS, *SESSION_GUARDS,
    *REFERRAL_GUARDS, *CONSENT_GUARDS, *INTAKE_GUARDS, *FINDING_GUARDS, *CLEARANCE_GUARDS,
    *TASK_GUARDS, *LICENCE_GUARDS, *PRESCRIPTION_GUARDS, *PLAN_GUARDS, *WINDOW_GUARDS,
)  # fmt: skip


class RefConverter(BaseConverter):
    """A random public id in a URL."""

    regex = "[a-z2-7]{26}"


def create_app(settings: Settings) -> Flask:
    """Build the program from explicit settings; nothing is read from the environment here."""
    lay_out(texts=settings.instrument_texts, packs=settings.instrument_packs)
    settings.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    held = keys.load(settings.keys, may_create=_is_first_start(settings))
    app = Flask(
        __name__, template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static")
    )
    app.config.update(security.configuration(settings, held))
    app.config.update(engine.configuration(settings, held))
    app.config.update(TESTING=settings.testing)
    app.extensions.update(settings=settings, keys=held, guards=GUARDS)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.url_map.converters["ref"] = RefConverter
    app.url_map.strict_slashes = False
    db.init_app(app)
    Migrate(app, db, directory=str(ROOT / "migrations"), compare_type=True, render_as_batch=True)
    security.install(app, settings)
    sign_in.install(app)
    access.install(app)
    errors.install(app)
    formats.install(app)
    pages.install(app)
    drafts.install(app)
    mailing.install(app)
    for area in AREAS:
        app.register_blueprint(area)
    access.check_every_route_has_a_rule(app)
    scope.install(db.session)
    rejudging.install(db.session)
    audit.install(db.session)
    app.after_request(sign_in.touch)
    cli.install(app)
    return app


def _is_first_start(settings: Settings) -> bool:
    """Whether keys may be made: no embedded database yet, or not one key beside a PostgreSQL."""
    if settings.database_url is None:
        return not settings.database_file.exists()
    return not any(settings.keys.glob("*.key"))
