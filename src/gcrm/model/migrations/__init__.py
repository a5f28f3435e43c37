"""Alembic revisions of the schema, oldest first. To change the schema: write a revision and add its name here."""

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009", "0010", "0011", "0012", "0013")
HEAD = REVISIONS[-1]
