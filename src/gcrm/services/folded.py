"""Texts in SQL compared and sorted by their key (model/fold.py), alike on both engines."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Text, func
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class folded(FunctionElement[str]):  # noqa: N801 - reads as the function it stands for
    """The key of a text: SQLite calls fold() of this program, PostgreSQL a function of its own (model/fold_sql.py)."""

    type = Text()
    inherit_cache = True


@compiles(folded)
def _on_sqlite(element: folded, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(func.gcrm_fold(*element.clauses), **options)


@compiles(folded, "postgresql")
def _on_postgres(element: folded, compiler: SQLCompiler, **options: Any) -> str:
    key: ColumnElement[str] = func.gcrm_fold(*element.clauses, type_=Text()).collate("C")
    return f"({compiler.process(key, **options)})"
