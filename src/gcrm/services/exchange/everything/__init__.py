"""Everything of an office in one go as open files: a file per table, the attached files, pages to read; and back."""
