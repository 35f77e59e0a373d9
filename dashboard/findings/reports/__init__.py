"""Laboratory reports read into proposals: pasted tables, FHIR Bundles, HL7 messages."""
