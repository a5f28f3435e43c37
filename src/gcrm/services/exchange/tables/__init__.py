"""Tables of contacts: CSV and spreadsheets of any program, read into neutral cards (docs/decisions/0015-tables.md)."""
