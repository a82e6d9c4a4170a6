"""ROWS: the only folder that knows the database."""
