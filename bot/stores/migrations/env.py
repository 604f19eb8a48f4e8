"""Alembic's entry: migrate over the connection that `bot.stores.database` hands in."""

from alembic import context

from bot.stores.log_tables import metadata  # the same as of `tables`, with all tables on it

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
context.run_migrations()
