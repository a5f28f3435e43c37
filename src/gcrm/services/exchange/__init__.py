"""Contacts to and from files of other programs: one reader and one writer per format, over one neutral card."""
