"""Telephone lines: one file per device over one small interface, and what follows from their events.

To add a device: write a module with a class that is a `PhoneLine` (interface.py) and emits `CallEvent`s. It starts no
window and no transaction; `calls.CallTracker` turns the events of any line into calls.
"""
