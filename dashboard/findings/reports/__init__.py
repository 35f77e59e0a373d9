"""Laboratory reports read into proposals: pasted tables, FHIR Bundles, HL7 messages.

Nothing is taken without a person: `read_report` proposes, `answered` reads again with the answers.
"""

from dashboard.findings.reports.fhir import read_fhir
from dashboard.findings.reports.forms import read_report
from dashboard.findings.reports.hl7 import read_hl7
from dashboard.findings.reports.judging import answered
from dashboard.findings.reports.model import (
    LEAVE,
    TAKE,
    About,
    Answers,
    Asks,
    Choice,
    Doubt,
    Form,
    Moment,
    Person,
    Printed,
    Remark,
    Report,
    Row,
    Status,
    Unreadable,
)
from dashboard.findings.reports.table import read_table
from dashboard.findings.reports.text import text_of

__all__ = [
    "LEAVE", "TAKE", "About", "Answers", "Asks", "Choice", "Doubt", "Form", "Moment", "Person",
    "Printed", "Remark", "Report", "Row", "Status", "Unreadable", "answered", "read_fhir",
    "read_hl7", "read_report", "read_table", "text_of",
]  # fmt: skip
