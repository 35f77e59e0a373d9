"""No name, note or answer of a patient in any line the program logs."""

from __future__ import annotations

import logging

import pytest
import structlog

from tests.shape.test_access_table import methods, rules
from tests.shape.visitors import PATIENT_PAGES, addresses


@pytest.mark.one_database
def test_no_patient_appears_in_a_log_line(app, cast, alice, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    own = addresses(app, cast, patient="ann")
    for rule in rules(app):
        if rule.rule.startswith(PATIENT_PAGES) or rule.endpoint.startswith("patients."):
            for method in methods(rule):
                address = own.of(rule)
                alice.get(address) if method == "GET" else alice.post(address, {"q": "Abel"})
    structlog.get_logger().error("a line of its own")

    said = caplog.text + "".join(capfd.readouterr())
    assert "a line of its own" in said
    for canary in ("Abel", "Boone", "canary", own.values["patient_ref"]):
        assert str(canary) not in said
