"""The demo practice: synthetic people, their stories, and how they get into a database."""
