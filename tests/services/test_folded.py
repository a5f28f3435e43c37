"""The key of a text is the same whoever makes it: this program, SQLite, PostgreSQL."""

from __future__ import annotations

from sqlalchemy import Text, literal, select

from gcrm.model.fold import fold
from gcrm.model.fold_sql import FOLDED
from gcrm.services.database import Database
from gcrm.services.folded import folded

TEXTS = ["", "Straße", "STRASSE", " a  b\t\n c ", "Łódź", "İzmir", "ﬁne ﬀ", "Ålesund", "K\u0308o\u0301", "ẞ", "Œuvre",
         "²", "ΣΊΣΥΦΟΣ", "Ёлка", "a\u00a0b", "日本", "100 %", "Đặng Þór", "ı I", "'quoted'", "\u2028x"]  # fmt: skip


def test_both_engines_fold_like_the_program(database: Database) -> None:
    letters = [chr(code) for code in FOLDED]
    texts = TEXTS + [f"x{letter}x" for letter in letters]
    with database.read() as session:
        for text in texts:
            made = session.scalar(select(folded(literal(text, Text()))))
            assert made == fold(text), (text, [hex(ord(letter)) for letter in text])
