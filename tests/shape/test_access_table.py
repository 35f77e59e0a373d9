"""Who may open what: the whole table, and every page opened as every kind of visitor.

The table is written out so that opening a page wider is a changed line in review. What must happen
follows from the table alone; no page is tested for permissions anywhere else.
"""

from __future__ import annotations

import pytest
from flask import Flask
from werkzeug.routing import Rule

from dashboard import access
from dashboard.access import Allow, Area, UnruledRoute
from dashboard.patients.area import PatientArea
from tests.cast import Visitor
from tests.shape.visitors import PATIENT_PAGES, VISITORS, addresses, missing, visitor

A, L, G, N, S, P, D = (
    Allow.ANYONE, Allow.LINK, Allow.GUEST, Allow.IDENTIFIED, Allow.SIGNED_IN, Allow.PHYSICIAN,
    Allow.ADMIN,
)  # fmt: skip
TABLE = {
    "accounts.account": S,
    "accounts.change_password": S,
    "accounts.change_role": D,
    "accounts.disable": D,
    "accounts.enable": D,
    "accounts.end_sign_in": S,
    "accounts.end_sign_ins": D,
    "accounts.enrol": N,
    "accounts.home": S,
    "accounts.index": D,
    "accounts.invite": D,
    "accounts.join": L,
    "accounts.keep": S,
    "accounts.lock": N,
    "accounts.new_recovery_codes": S,
    "accounts.recovery_codes": S,
    "accounts.recovery_codes_kept": S,
    "accounts.reset_second_factor": D,
    "accounts.second_factor": N,
    "accounts.send_link": D,
    "accounts.show": D,
    "accounts.sign_in": A,
    "accounts.sign_out": N,
    "accounts.sign_out_everywhere": S,
    "accounts.signed_out": A,
    "accounts.unlock": N,
    "accounts.unlock_account": D,
    "activity.export": D,
    "activity.trail": D,
    "alerts.figures": D,
    "alerts.figures_csv": D,
    "alerts.mine": P,
    "chart.overview": P,
    "chart.paper": P,
    "chart.save": P,
    "chart.show_weight": P,
    "check_in.door": L,
    "check_in.help_now": A,
    "check_in.introduction": G,
    "check_in.help_page": G,
    "check_in.question": G,
    "check_in.safety_plan": G,
    "check_in.send": G,
    "check_in.sent": G,
    "check_in.start": G,
    "checkins.add": P,
    "checkins.by_hand": P,
    "checkins.cancel": P,
    "checkins.change": P,
    "checkins.end": P,
    "checkins.end_entry": P,
    "checkins.index": P,
    "checkins.link": P,
    "checkins.safety_plan": P,
    "checkins.send": P,
    "checkins.use_default": P,
    "checkins.way": P,
    "clearance.agree": P,
    "clearance.check": P,
    "clearance.end": P,
    "clearance.index": P,
    "clearance.new_check": P,
    "clearance.new_override": P,
    "clearance.pdf_check": P,
    "clearance.print_check": P,
    "clearance.show_check_weight": P,
    "clearance.show_weight": P,
    "clearance_board.index": P,
    "clearance_board.judge": P,
    "clearance_rules.change": P,
    "clearance_rules.days": P,
    "clearance_rules.index": P,
    "clearance_rules.sign": P,
    "cohort.index": P,
    "cohort.patients": P,
    "cohort.save": P,
    "consent.close": G,
    "consent.decline": G,
    "consent.declined": G,
    "consent.door": L,
    "consent.item": G,
    "consent.sign": G,
    "consent.signed": G,
    "consent.start": G,
    "consent.words": G,
    "consents.cancel": P,
    "consents.copy": P,
    "consents.document": P,
    "consents.hand_over": P,
    "consents.index": P,
    "consents.link": P,
    "consents.new": P,
    "consents.print_view": P,
    "consents.send": P,
    "consents.show": P,
    "consents.teach_back": P,
    "consents.withdraw": P,
    "drafts.discard": S,
    "drafts.save": N,
    "evidence.index": P,
    "evidence.text": P,
    "evidence.texts": P,
    "findings.agree": P,
    "findings.choose": P,
    "findings.correct": P,
    "findings.decline": P,
    "findings.entries": P,
    "findings.import_report": P,
    "findings.in_error": P,
    "findings.index": P,
    "findings.new": P,
    "findings.of_kind": P,
    "findings.review": P,
    "findings.reviews_index": P,
    "findings.show": P,
    "findings.show_one_weight": P,
    "findings.show_set": P,
    "findings.show_set_weight": P,
    "findings.show_weight": P,
    "free_assessment.ask": A,
    "free_assessment.elsewhere": A,
    "free_assessment.thanks": A,
    "health.csp_report": A,
    "health.healthz": A,
    "health.readyz": A,
    "help.keyboard": S,
    "intake.abandon": P,
    "intake.addendum": P,
    "intake.diagnoses": P,
    "intake.end_diagnosis": P,
    "intake.former": P,
    "intake.index": P,
    "intake.open_weights": P,
    "intake.pdf": P,
    "intake.print_view": P,
    "intake.print_weight": P,
    "intake.section": P,
    "intake.sent": P,
    "intake.show": P,
    "intake.show_diagnoses_weight": P,
    "intake.show_weight": P,
    "intake.sign": P,
    "licences.end": P,
    "licences.end_for": D,
    "licences.index": P,
    "licences.new": P,
    "licences.practice": D,
    "licences.record_for": D,
    "measures.baseline": P,
    "measures.export": P,
    "measures.import_scores": P,
    "measures.index": P,
    "patient.add_to_team": P,
    "patient.details": P,
    "patient.edit": P,
    "patient.end_emergency": P,
    "patient.history": P,
    "patient.remove_from_team": P,
    "patient.status": P,
    "patient.team": P,
    "patient_alerts.close": P,
    "patient_alerts.hand_over": P,
    "patient_alerts.index": P,
    "patient_alerts.note": P,
    "patient_alerts.show": P,
    "patient_alerts.take": P,
    "patient_tasks.done": P,
    "patient_tasks.drop": P,
    "patient_tasks.index": P,
    "patient_tasks.new": P,
    "patient_tasks.postpone": P,
    "patient_tasks.reassign": P,
    "patient_tasks.reopen": P,
    "patient_tasks.show": P,
    "patients.caseload": P,
    "patients.emergency": P,
    "patients.emergency_review": D,
    "patients.register": P,
    "patients.review_emergency": D,
    "patients.search": P,
    "patients.search_again": P,
    "patients.suggest": P,
    "plans.activate": P,
    "plans.begin": P,
    "plans.compare": P,
    "plans.complete": P,
    "plans.discard": P,
    "plans.edit": P,
    "plans.hold": P,
    "plans.index": P,
    "plans.paper": P,
    "plans.resume": P,
    "plans.show": P,
    "plans.show_weight": P,
    "plans.sign": P,
    "plans.stop": P,
    "practice.edit": D,
    "prescriptions.index": P,
    "prescriptions.mark_in_error": P,
    "prescriptions.mark_query_in_error": P,
    "prescriptions.new": P,
    "prescriptions.new_query": P,
    "prescriptions.show": P,
    "referrals.accept": P,
    "referrals.decline": P,
    "referrals.index": P,
    "referrals.put_back": P,
    "referrals.remove": P,
    "referrals.show": P,
    "referrals.spam": P,
    "scores.choose": P,
    "scores.correct": P,
    "scores.entered_in_error": P,
    "scores.index": P,
    "scores.new": P,
    "scores.show": P,
    "scores.totals": P,
    "sessions.abandon": P,
    "sessions.add": P,
    "sessions.begin": P,
    "sessions.cancel": P,
    "sessions.close": P,
    "sessions.correct": P,
    "sessions.effects": P,
    "sessions.enter_after": P,
    "sessions.event": P,
    "sessions.event_amend": P,
    "sessions.event_close": P,
    "sessions.event_new": P,
    "sessions.events": P,
    "sessions.index": P,
    "sessions.ledger": P,
    "sessions.ledger_in_error": P,
    "sessions.ledger_new": P,
    "sessions.live": P,
    "sessions.mark_in_error": P,
    "sessions.new": P,
    "sessions.not_do": P,
    "sessions.plan": P,
    "sessions.preflight": P,
    "sessions.pulse": P,
    "sessions.record": P,
    "sessions.show": P,
    "sessions.start": P,
    "tasks.mine": P,
    "static": A,
    "visits.addendum": P,
    "visits.edit": P,
    "visits.index": P,
    "visits.mark_in_error": P,
    "visits.new": P,
    "visits.print_view": P,
    "visits.show": P,
    "visits.show_weight": P,
    "visits.sign": P,
    "visits.take_over": P,
    "windows.ask": P,
    "windows.book": P,
    "windows.cancel": P,
    "windows.change": P,
    "windows.held": P,
    "windows.index": P,
    "windows.log": P,
    "windows.mark_in_error": P,
    "windows.missed": P,
    "sessions_board.index": P,
    "sessions_board.log": P,
    "sessions_board.log_again": P,
    "windows_board.change": P,
    "windows_board.index": P,
}


REFUSED = {"401", "403", "404", "sent to /sign-in", "sent to /unlock"}


def rules(app: Flask) -> list[Rule]:
    return sorted(app.url_map.iter_rules(), key=lambda rule: rule.endpoint)


def methods(rule: Rule) -> list[str]:
    """Return which of GET and POST a rule answers."""
    return sorted((rule.methods or set()) & {"GET", "POST"})


@pytest.mark.one_database
def test_the_table_is_complete_and_true(app):
    present = {name: rule for name, (rule, _) in access.rules(app).items()}

    assert {r.endpoint for r in rules(app)} <= present.keys()
    assert present == TABLE


def test_a_route_without_a_rule_cannot_be_written():
    area = Area("x", __name__)

    with pytest.raises(TypeError, match="allow"):
        area.add_url_rule("/x", "x", lambda: "")  # type: ignore[call-arg]


@pytest.mark.one_database
def test_a_route_by_another_door_stops_the_start(app):
    rogue = Flask("rogue")
    rogue.extensions["access"] = {"static": (Allow.ANYONE, ())}
    rogue.add_url_rule("/rogue", "rogue", lambda: "")

    with pytest.raises(UnruledRoute, match="rogue"):
        access.check_every_route_has_a_rule(rogue)


@pytest.mark.parametrize("rule", [r for r in Allow if r is not Allow.PHYSICIAN])
def test_a_page_about_a_patient_is_open_to_physicians_only(rule):
    with pytest.raises(UnruledRoute):
        PatientArea("x", __name__).add_url_rule("/x", "x", lambda: "", allow=rule)


def test_a_link_page_names_its_purposes():
    with pytest.raises(UnruledRoute):
        Area("x", __name__).add_url_rule("/<token>", "x", lambda token: "", allow=Allow.LINK)


def door(answer) -> str:
    """Say in a word what a visitor was told."""
    if answer.status_code == 303 and answer.location.split("?")[0] in {"/sign-in", "/unlock"}:
        return f"sent to {answer.location}"
    if answer.status_code in {401, 403, 404, 410}:
        return str(answer.status_code)
    return "let in"


def expected(rule: Rule, allow: Allow, who: str, *, foreign: bool) -> set[str]:
    """Say what a visitor must be told, from the table alone."""
    about_patient = rule.rule.startswith(PATIENT_PAGES)
    identified = who not in {"nobody", "alice signed out", "alice disabled"}
    signed_in = who in {"alice", "bob", "cleo"}
    to_sign_in, to_unlock = {"sent to /sign-in"}, {"sent to /unlock"}
    if allow is Allow.ANYONE:
        return {"let in"}
    if allow is Allow.LINK:
        return {"let in"}
    if allow is Allow.GUEST:
        return {"401"}  # being signed in proves no birth date
    if allow is Allow.IDENTIFIED:
        return (
            {"let in", "sent to /sign-in", "sent to /unlock", "404"} if identified else to_sign_in
        )
    if not signed_in:
        return to_unlock if who == "alice locked" else to_sign_in
    if allow is Allow.SIGNED_IN:
        return {"let in", "404"}
    role = Allow.ADMIN if who == "cleo" else Allow.PHYSICIAN
    if allow is not role:
        return {"403"}
    if about_patient:
        own = (who == "alice") != foreign
        return {"let in"} if own else {"404"}
    return {"let in", "404"}


def once(who: str) -> list[pytest.MarkDecorator]:
    """Let all but Alice, who has a patient and is refused another, be tried on one database."""
    return [] if who == "alice" else [pytest.mark.one_database]


def is_unready(rule: Rule) -> bool:
    """Whether 503 is right: the tests' PostgreSQL flushes nothing, and /readyz says so."""
    return str(rule.endpoint) == "health.readyz"


def ask(who: Visitor, rule: Rule, address: str, method: str):
    if method == "POST":
        return who.post(address, {})
    return who.get(address)


@pytest.mark.parametrize("who", [pytest.param(w, marks=once(w)) for w in VISITORS])
def test_every_page_answers_every_visitor_as_its_rule_says(app, cast, who):
    """All routes x methods x {Ann's, Ben's} for one kind of visitor; nobody ever meets a 500."""
    wrong = []
    somebody = visitor(app, cast, who)
    for patient in ("ann", "ben"):
        own = addresses(app, cast, patient=patient)
        for rule in rules(app):
            allow = TABLE[rule.endpoint]
            for method in methods(rule):
                answer = ask(somebody, rule, own.of(rule), method)
                told, right = door(answer), expected(rule, allow, who, foreign=patient == "ben")
                if told not in right or (answer.status_code >= 500 and not is_unready(rule)):
                    wrong.append(
                        f"{method} {rule.endpoint} ({patient}'s): {answer.status} not {right}"
                    )
                may_end = told not in REFUSED or allow in {Allow.ANYONE, Allow.IDENTIFIED}
                if method == "POST" and may_end:  # the sign-in: locked, signed out, used up
                    somebody = visitor(app, cast, who)
                if told != "let in" or not rule.rule.startswith(PATIENT_PAGES):
                    for canary in ("canary", "Abel", "Boone"):
                        seen = canary in answer.text and not rule.rule.startswith("/patients")
                        if seen:
                            wrong.append(f"{method} {rule.endpoint} shows {canary}")

    assert not wrong, "\n".join(wrong)


@pytest.mark.one_database
def test_another_physicians_patient_looks_exactly_like_none(app, cast, alice):
    real, nothing = addresses(app, cast, patient="ben"), None
    nothing = missing(real)
    for rule in rules(app):
        if not rule.rule.startswith(PATIENT_PAGES):
            continue
        for method in methods(rule):
            foreign = ask(alice, rule, real.of(rule), method)
            none = ask(alice, rule, nothing.of(rule), method)
            assert foreign.status_code == none.status_code == 404, rule.endpoint
            assert stable(foreign.text) == stable(none.text), rule.endpoint


def test_another_patients_record_is_not_reached_through_ones_own_patient(app, cast, alice):
    own, foreign = addresses(app, cast, patient="ann"), addresses(app, cast, patient="ben")
    for rule in rules(app):
        inner = [
            name
            for name in rule.arguments
            if name.endswith(("_ref", "_id")) and name != "patient_ref"
        ]
        if not rule.rule.startswith(PATIENT_PAGES) or not inner:
            continue
        mixed = type(own)({**foreign.values, "patient_ref": own.values["patient_ref"]})
        for method in methods(rule):
            assert ask(alice, rule, mixed.of(rule), method).status_code == 404, rule.endpoint


def stable(html: str) -> str:
    """Return a page without what changes from answer to answer: nonces, tokens and times."""
    import re

    html = re.sub(r'(nonce|content|value)="[^"]*"', "", html)
    return re.sub(r"\d\d:\d\d(:\d\d)?|reference \w+", "", html)
