"""Which form a text is in, by how it begins: HL7, FHIR or a table."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from dashboard.clinical.clearance.rules import RuleSet
from dashboard.findings.reports.fhir import read_fhir
from dashboard.findings.reports.hl7 import read_hl7
from dashboard.findings.reports.model import Form, Report
from dashboard.findings.reports.table import read_table

READERS = {Form.TABLE: read_table, Form.FHIR: read_fhir, Form.HL7: read_hl7}
LEADING = "\ufeff\v\x1c \t\r\n"


def read_report(text: str, *, rules: RuleSet, today: date, zone: ZoneInfo) -> Report:
    """Read a report in whichever form it is; raise `Unreadable`."""
    return READERS[form_of(text)](text, rules=rules, today=today, zone=zone)


def form_of(text: str) -> Form:
    """Return the form a text is in; what begins as neither HL7 nor JSON is a table."""
    start = text.lstrip(LEADING)[:3]
    if start in {"MSH", "FHS", "BHS"}:
        return Form.HL7
    return Form.FHIR if start[:1] in {"{", "["} else Form.TABLE
