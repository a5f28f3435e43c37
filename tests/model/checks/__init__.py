"""Tests of the checks of what people type."""
