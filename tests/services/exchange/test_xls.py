"""XLS files of Excel and of LibreOffice: texts that a formula makes are read, or missed aloud."""

from __future__ import annotations

import struct

from gcrm.services.exchange.tables.choice import Choice, Where
from gcrm.services.exchange.tables.table_read import read_table
from tests.services.mail.msg_file import SHORTEST, Storage, compound


def xls(*, keeps_texts: bool) -> bytes:
    """Write a workbook ([MS-XLS]) with the formula of a text: with its text as Excel does, or as LibreOffice does."""

    def record(number: int, data: bytes = b"") -> bytes:
        return struct.pack("<HH", number, len(data)) + data

    def label(row: int, column: int, text: str) -> bytes:
        return record(0x204, struct.pack("<HHHHB", row, column, 15, len(text), 1) + text.encode("utf-16-le"))

    def formula(row: int, column: int, answer: bytes) -> bytes:
        return record(
            0x06, struct.pack("<HHH", row, column, 15) + answer + bytes(6) + struct.pack("<H", 4) + b"\x17\1\0a"
        )

    def begin(kind: int) -> bytes:
        return record(0x809, struct.pack("<HHHHII", 0x600, kind, 0x0DBB, 0x07CC, 0, 6))

    answer = b"\0\0\0\0\0\0\xff\xff" if keeps_texts else bytes(8)
    text = record(0x207, struct.pack("<HB", 8, 1) + "Łódź GmbH"[:8].encode("utf-16-le")) if keeps_texts else b""
    cells = label(0, 0, "Ort") + label(0, 1, "Firma") + label(0, 2, "Rabatt") + label(1, 0, "Leipzig")
    cells += formula(1, 1, answer) + text + formula(1, 2, struct.pack("<d", 2.5))
    cells += label(2, 0, "Bonn") + label(2, 1, "Werft AG") + formula(2, 2, bytes(8))
    size = record(0x200, struct.pack("<IIHHH", 0, 3, 0, 3, 0))
    name = struct.pack("<HBB", 0, 3, 0) + b"Tab"
    head = begin(5) + record(0x42, struct.pack("<H", 1200))
    head += record(0x85, struct.pack("<I", len(head) + 4 + 4 + len(name) + 4) + name) + record(0x0A)
    book = head + begin(16) + size + cells + record(0x0A)
    return compound(Storage({"Workbook": book.ljust(SHORTEST, b"\0")}))


def test_a_text_that_a_formula_makes_is_read_from_xls_or_missed_aloud() -> None:
    kept = read_table(xls(keeps_texts=True), "spreadsheet", Choice(where=Where("de", "DE")))
    assert [card.organisation for card in kept.cards] == ["Łódź Gmb", "Werft AG"]
    file = read_table(xls(keeps_texts=False), "spreadsheet", Choice(where=Where("de", "DE")))
    assert file.table is not None
    assert [card.organisation for card in file.cards] == ["Werft AG"]
    (row,) = file.table.bad_rows
    assert (row.line, row.cells, [place for place, _reason in row.flaws]) == (2, ("Leipzig", "", "2.5"), [-1, 1])
    assert "save it as XLSX" in row.reasons(file.table.columns)
    assert [str(dict(card.told).get("discount", "")) for card in file.cards] == ["0.00"]
