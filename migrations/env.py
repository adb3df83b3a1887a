"""Run by Alembic: migrates the database whose connection the caller put into the configuration."""

from alembic import context

connection = context.config.attributes["connection"]
# Each migration commits by itself, so that an interrupted upgrade stands at a whole version.
context.configure(connection=connection, transaction_per_migration=True)
with context.begin_transaction():
    context.run_migrations()
