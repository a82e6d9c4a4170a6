"""What Alembic runs: the steps, on the connection and in the transaction it is given."""

from collections.abc import Collection, Mapping
from typing import Any

from alembic import context
from alembic.runtime.migration import MigrationContext, MigrationInfo
from alembic.script import Script

from chipwire.keep import tables


def told(ctx: MigrationContext, step: MigrationInfo, heads: Collection[Any], run_args: Mapping[str, Any]) -> None:
    """Say which step was taken."""
    words = step.up_revision.doc if isinstance(step.up_revision, Script) else ""
    config.attributes["progress"](f"schema {step.up_revision_id}: {words}")


config = context.config
context.configure(
    connection=config.attributes["connection"],
    target_metadata=tables.metadata,
    render_as_batch=True,
    on_version_apply=told,
)
context.run_migrations()
