"""Tests of the print dialogs."""
