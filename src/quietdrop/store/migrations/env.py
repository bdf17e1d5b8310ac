"""What Alembic runs: the migrations, on the connection that the store has open."""

from alembic import context

from quietdrop.store.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
context.run_migrations()
