"""Whose the rows of each table are, and what becomes of them when somebody is erased: see model/personal.py."""

from __future__ import annotations

from gcrm.model.personal import ERASED, KEPT, OFFICE, REDUCED, RULES, Rule, erased_tables

__all__ = ["ERASED", "KEPT", "OFFICE", "REDUCED", "RULES", "Rule", "erased_tables"]
