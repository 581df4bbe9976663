"""Runs migrations on the connection that `db/upgrade.py` hands over, inside its transaction."""

from alembic import context

from db.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"], target_metadata=METADATA, transactional_ddl=True
)
with context.begin_transaction():
    context.run_migrations()
