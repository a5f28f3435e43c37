"""Tests of taking pasted signatures apart."""
