"""How migrations run: on the program's own engine, with the guards put back in force afterwards.

Versions import nothing from the program: a migration says what it changes in its own words.
"""

import sqlalchemy as sa
from alembic import context
from flask import current_app

database = current_app.extensions["migrate"].db
guards = current_app.extensions["guards"]


def plain_type(kind: str, item: object, _context: object) -> str | bool:
    """Write a type of the program's own as the plain type that it stores as."""
    if kind == "type" and isinstance(item, sa.TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


def run() -> None:
    """Run the migrations, then install every guard anew (rebuilding a table drops its triggers)."""
    from dashboard import guards as rules
    from dashboard import trail

    with database.engine.connect() as connection:
        _mind_references(connection, False)
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            render_as_batch=connection.dialect.name == "sqlite",
            compare_type=True,
            render_item=plain_type,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
        rules.install(connection, guards)
        if "audit_head" in sa.inspect(connection).get_table_names():
            trail.begin(connection, current_app.extensions["keys"].trail)
        connection.commit()
        _mind_references(connection, True)


def _mind_references(connection: sa.Connection, minds: bool) -> None:
    """Switch foreign keys on the embedded database: rebuilding a table drops it for a moment.

    When they are switched on again every reference is looked at; a broken one stops the upgrade.
    """
    if connection.dialect.name != "sqlite":
        return
    driver = connection.connection.dbapi_connection
    if minds and (broken := driver.execute("PRAGMA foreign_key_check").fetchall()):
        raise SystemExit(f"the migration left references that lead nowhere: {broken[:5]}")
    driver.execute(f"PRAGMA foreign_keys={'ON' if minds else 'OFF'}")


run()
