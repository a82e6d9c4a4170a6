"""The schema as a list of steps: bring a store of any earlier chipwire to today's, or leave it as it is.

A new step is a file in versions/ (`NNNN_words.py`) and the new value of HEAD here.
"""

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from chipwire.errors import StoreError

HEAD = "0017"
HERE = Path(__file__).parent
Progress = Callable[[str], None]
"""Called with a sentence before the first step, after each, and as the search index is made anew."""


def revision(c: Connection) -> str | None:
    """The step that the store has reached; None for an empty store. StoreError when it is something else's database."""
    names = set(inspect(c).get_table_names())
    if "alembic_version" in names:
        return c.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if names:
        raise StoreError(
            f"{c.engine.url.database} is a database, but not chipwire's; point the store setting elsewhere"
        )
    return None


def upgrade(c: Connection, progress: Progress = lambda _words: None) -> None:
    """Take the steps that are missing, in the caller's transaction; what fails leaves nothing behind. Of a new store
    there is nothing to tell.

    StoreError when the store was made by a newer chipwire.
    """
    reached = revision(c)
    if reached == HEAD:
        return
    known = {path.name.split("_")[0] for path in (HERE / "versions").glob("[0-9]*.py")}
    if reached is not None and reached not in known:
        raise StoreError(
            f"the store {c.engine.url.database} has schema {reached}, made by a newer chipwire than this, which knows"
            f" {HEAD}; upgrade chipwire, or open a backup made before"
        )
    if reached is None:
        _walk(c, lambda _words: None)
        return
    progress(f"schema {reached} to {HEAD}, in one transaction: ended early, it leaves the store as it is")
    _walk(c, progress)


def _walk(c: Connection, progress: Progress) -> None:
    from alembic import command  # slow to import, and a store is current nearly always
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes.update(connection=c, progress=progress)
    command.upgrade(config, "head")
