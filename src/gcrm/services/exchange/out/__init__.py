"""Lists of contacts as files of other programs: tables for spreadsheets and for exchange, JSON, LDIF."""
