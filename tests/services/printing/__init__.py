"""Tests of everything on paper."""
