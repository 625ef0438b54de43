"""Alembic's history of the schema: the only way in which it is made."""
