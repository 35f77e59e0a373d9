"""The intake evaluation: sections of stated answers, resumed any time, sealed when signed."""
