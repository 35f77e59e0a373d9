"""Rules the database itself keeps, whatever program writes to it: append-only and sealed rows.

Rebuilding a table in a migration silently drops its triggers, so they are installed anew after
every upgrade and looked for at every start; a missing one stops the server.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from dashboard.db import Base, table_of


class GuardMissing(RuntimeError):
    """A database rule that protects records is not in force."""


@dataclass(frozen=True)
class Guard:
    """One rule: the table it protects, what it refuses, and when."""

    name: str
    table: str
    message: str
    on: tuple[str, ...] = ("UPDATE", "DELETE")
    when: str | None = None
    insert_when: str | None = None

    def statements(self, dialect: str) -> list[str]:
        """Return the SQL that puts the rule in force, idempotently."""
        return self._sqlite() if dialect == "sqlite" else self._postgresql()

    def trigger_names(self, dialect: str) -> set[str]:
        """Return the names of the triggers that must exist."""
        names = {self._trigger(verb) for verb, _ in self._verbs()}
        if dialect == "postgresql" and self.when is None:
            names.add(self._trigger("TRUNCATE"))
        return names

    def _sqlite(self) -> list[str]:
        made = []
        for verb, when in self._verbs():
            name = self._trigger(verb)
            clause = f"WHEN {when} " if when else ""
            made += [
                f"DROP TRIGGER IF EXISTS {name}",
                f"CREATE TRIGGER {name} BEFORE {verb} ON {self.table} {clause}"
                f"BEGIN SELECT RAISE(ABORT, '{self.message}'); END",
            ]
        return made

    def _postgresql(self) -> list[str]:
        """Decide inside the function: the condition of a trigger itself may not ask other rows."""
        made = []
        for verb, when in self._verbs():
            made += [
                self._function(verb, when),
                *self._attached(f"BEFORE {verb}", "FOR EACH ROW", verb),
            ]
        if self.when is None:
            made += [
                self._function("TRUNCATE", None),
                *self._attached("BEFORE TRUNCATE", "FOR EACH STATEMENT", "TRUNCATE"),
            ]
        return made

    def _function(self, verb: str, when: str | None) -> str:
        return (
            f"CREATE OR REPLACE FUNCTION {self._trigger(verb)}() RETURNS trigger LANGUAGE plpgsql "
            f"AS $$ BEGIN IF {when or 'TRUE'} THEN RAISE EXCEPTION '{self.message}' "
            "USING ERRCODE = 'restrict_violation'; END IF; "
            f"RETURN {'OLD' if verb == 'DELETE' else 'NEW'}; END $$"
        )

    def _attached(self, event: str, each: str, verb: str) -> list[str]:
        name = self._trigger(verb)
        return [
            f"DROP TRIGGER IF EXISTS {name} ON {self.table}",
            f"CREATE TRIGGER {name} {event} ON {self.table} {each} EXECUTE FUNCTION {name}()",
        ]

    def _trigger(self, verb: str) -> str:
        return f"{self.name}_{verb.lower()}"

    def _verbs(self) -> list[tuple[str, str | None]]:
        verbs: list[tuple[str, str | None]] = [(verb, self.when) for verb in self.on]
        if self.insert_when:
            verbs.append(("INSERT", self.insert_when))
        return verbs


_TWIN = "SELECT 1 FROM {table} WHERE id = NEW.id OR ref = NEW.ref"  # a table of our own


def kept(table: str, message: str, *, on: tuple[str, ...] = ("UPDATE", "DELETE")) -> Guard:
    """Return the rule that rows with a public id stay: not deleted, nor replaced by another.

    By default they are not changed either.
    """
    return Guard(
        name=f"{table}_is_kept",
        table=table,
        message=message,
        on=on,
        insert_when=f"EXISTS ({_TWIN.format(table=table)})",
    )


def is_rewritten(model: type[Base], *, but: frozenset[str]) -> str:
    """Return the SQL condition that a change touches any other column than these."""
    return " OR ".join(
        f"NEW.{column.name} IS DISTINCT FROM OLD.{column.name}"
        for column in table_of(model).columns
        if column.name not in but
    )


TRAIL = Guard(
    name="trail_is_append_only",
    table="audit_event",
    message="the trail is append-only",
    insert_when="EXISTS (SELECT 1 FROM audit_event WHERE seq = NEW.seq)",
)


def install(connection: sa.Connection, guards: tuple[Guard, ...]) -> None:
    """Put every rule in force whose table exists."""
    tables = set(sa.inspect(connection).get_table_names())
    for guard in guards:
        if guard.table in tables:
            for statement in guard.statements(connection.dialect.name):
                connection.exec_driver_sql(statement.replace("%", "%%"))


def check(connection: sa.Connection, guards: tuple[Guard, ...]) -> None:
    """Raise `GuardMissing` naming the rules that are not in force."""
    dialect = connection.dialect.name
    if dialect == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"
    found = set(connection.exec_driver_sql(query).scalars())
    expected = {name for guard in guards for name in guard.trigger_names(dialect)}
    missing = sorted(expected - found)
    if missing:
        raise GuardMissing(
            f"database rules not in force: {', '.join(missing)}; run: flask --app wsgi db upgrade"
        )
