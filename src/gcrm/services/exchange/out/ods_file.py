"""ODS (OpenDocument 1.3, part 3): the few parts a sheet needs, written row by row."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from typing import IO, Any, BinaryIO
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from gcrm.i18n import _
from gcrm.services.exchange.out.cells import OutColumn, OutTable, Purpose, Text, currency_of, text_for, typed
from gcrm.services.exchange.out.ods_styles import currencies_of, ods_styles, style_of_money
from gcrm.services.exchange.out.xlsx_file import SAMPLE, widths

_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_NAMES = "".join(
    f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{path}:1.0"'
    for name, path in (
        ("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"), ("config", "config"),
        ("number", "datastyle"), ("fo", "xsl-fo-compatible"), ("manifest", "manifest"),
    )
) + ' xmlns:ooo="http://openoffice.org/2004/office"'  # fmt: skip
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_BLANKS = re.compile("  +")
Look = tuple[Text, Collection[str]]
"""How cells are written as text, and the currencies that have a look."""
_VIEW = '<config:config-item config:name="ViewId" config:type="string">view1</config:config-item>'
"""LibreOffice passes over the settings of a view without its number, and over all without the name space `ooo`."""
_SETTINGS = (
    ("HorizontalSplitMode", "short", "0"), ("VerticalSplitMode", "short", "2"),
    ("VerticalSplitPosition", "int", "1"), ("PositionBottom", "int", "1"),
)  # fmt: skip


def write_ods(file: BinaryIO, table: OutTable, purpose: Purpose = "spreadsheet") -> int:
    """Write a table and return the number of its rows."""
    name = _("Contacts")
    with ZipFile(file, "w", ZIP_DEFLATED) as book:
        book.writestr("mimetype", _TYPE, ZIP_STORED)
        book.writestr("META-INF/manifest.xml", _manifest())
        book.writestr("settings.xml", _settings(name))
        with book.open("content.xml", "w", force_zip64=True) as content:
            return _write_content(content, table, name, text_for(purpose))


def _manifest() -> str:
    """Return the list of parts."""
    parts = (("/", _TYPE), ("content.xml", "text/xml"), ("settings.xml", "text/xml"))
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{kind}"/>' for path, kind in parts
    )
    return f'{_HEAD}<manifest:manifest{_NAMES} manifest:version="1.3">{entries}</manifest:manifest>'


def _settings(name: str) -> str:
    """Return what keeps the headings in sight."""
    items = "".join(
        f'<config:config-item config:name="{key}" config:type="{kind}">{value}</config:config-item>'
        for key, kind, value in _SETTINGS
    )
    return (
        f'{_HEAD}<office:document-settings{_NAMES} office:version="1.3"><office:settings>'
        '<config:config-item-set config:name="ooo:view-settings">'
        f'<config:config-item-map-indexed config:name="Views"><config:config-item-map-entry>{_VIEW}'
        '<config:config-item-map-named config:name="Tables">'
        f"<config:config-item-map-entry config:name={quoteattr(name)}>{items}</config:config-item-map-entry>"
        "</config:config-item-map-named></config:config-item-map-entry></config:config-item-map-indexed>"
        "</config:config-item-set></office:settings></office:document-settings>"
    )


def _write_content(content: IO[bytes], table: OutTable, name: str, text: Text) -> int:
    """Write the sheet, one row after the other."""
    rows = iter(table.rows)
    sample = list(islice(rows, SAMPLE))
    wide = widths(table.columns, sample)
    styles = "".join(
        f'<style:style style:name="w{width}" style:family="table-column">'
        f'<style:table-column-properties style:column-width="{width * 0.2:.1f}cm"/></style:style>'
        for width in sorted(set(wide))
    )
    columns = "".join(f'<table:table-column table:style-name="w{width}"/>' for width in wide)
    look: Look = (text, currencies_of(table.columns, sample))
    book = ods_styles(look[1])
    head = "".join(_cell(column.heading, OutColumn(""), look, "c-head") for column in table.columns)
    content.write(
        f'{_HEAD}<office:document-content{_NAMES} office:version="1.3">'
        f"<office:automatic-styles>{book}{styles}</office:automatic-styles><office:body><office:spreadsheet>"
        f"<table:table table:name={quoteattr(name)}>{columns}<table:table-row>{head}</table:table-row>".encode()
    )
    count = 0
    for row in chain(sample, rows):
        count += 1
        content.write(f"<table:table-row>{_cells(row, table.columns, look)}</table:table-row>".encode())
    content.write(f"</table:table>{_filter(name, len(table.columns), count)}".encode())
    content.write(b"</office:spreadsheet></office:body></office:document-content>")
    return count


def _filter(name: str, columns: int, rows: int) -> str:
    """Return the range whose headings have buttons to filter by."""
    letters, rest = "", columns
    while rest:
        rest, digit = divmod(rest - 1, 26)
        letters = chr(65 + digit) + letters
    area = quoteattr(f"'{name}'.A1:'{name}'.{letters or 'A'}{rows + 1}")
    return (
        f'<table:database-ranges><table:database-range table:name="contacts" table:target-range-address={area} '
        'table:display-filter-buttons="true"/></table:database-ranges>'
    )


def _cells(row: Sequence[Any], columns: Sequence[OutColumn], look: Look) -> str:
    return "".join(_cell(value, column, look) for value, column in zip(row, columns, strict=True))


def _cell(value: Any, column: OutColumn, look: Look, style: str = "") -> str:
    """Return one cell as what it is."""
    text, currencies = look
    found = typed(value, column.kind)
    if found is None:
        return "<table:table-cell/>"
    if isinstance(found, datetime):
        found = found.astimezone().replace(tzinfo=None, microsecond=0)
    if isinstance(found, Decimal):
        told, name = f'office:value-type="float" office:value="{found:f}"', ""
        if column.kind == "money":
            currency = currency_of(value, column)
            told = f'office:value-type="currency" office:currency={quoteattr(currency)} office:value="{found:f}"'
            name = style_of_money(currency) if currency in currencies else ""
    elif isinstance(found, date):
        told = f'office:value-type="date" office:date-value="{found.isoformat()}"'
        name = "c-instant" if isinstance(found, datetime) else "c-date"
    else:
        told, name = 'office:value-type="string"', style
    styled = f' table:style-name="{name}"' if name else ""
    return f"<table:table-cell {told}{styled}>{_paragraphs(text(value, column))}</table:table-cell>"


def _paragraphs(text: str) -> str:
    """Return a text with its lines and blanks; what XML has no place for is left out."""
    lines = _FORBIDDEN.sub("", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "".join(f"<text:p>{_BLANKS.sub(_blanks, escape(line))}</text:p>" for line in lines)


def _blanks(found: re.Match[str]) -> str:
    return f' <text:s text:c="{len(found[0]) - 1}"/>'
