"""Backups: written, proved, restored, thinned, and looked into."""
