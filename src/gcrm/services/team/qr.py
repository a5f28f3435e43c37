"""The code of an invitation as QR code: for the camera of a telephone, and for paper."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from gcrm.errors import UserError
from gcrm.i18n import _
from gcrm.services.atomic_file import replacing

if TYPE_CHECKING:
    import segno

KINDS = ("png", "svg")
QUIET = 4
"""White squares around it, which ISO/IEC 18004 asks for."""


def matrix(text: str) -> tuple[tuple[bool, ...], ...]:
    """Return the dark squares of a QR code, row by row, without the quiet zone around it."""
    return tuple(tuple(bool(square) for square in row) for row in _made(text).matrix)


def write(text: str, path: Path) -> None:
    """Write a QR code as PNG or SVG, by the end of the file's name. Raises UserError or EnvironmentProblem."""
    kind = check_kind(path)
    content = io.BytesIO()
    _made(text).save(content, kind=kind, scale=6, border=QUIET)
    with replacing(path) as file:
        file.write(content.getvalue())


def check_kind(path: Path) -> str:
    """Return png or svg, as the end of a file's name says. Raises UserError for any other."""
    kind = path.suffix.lower().lstrip(".")
    if kind not in KINDS:
        raise UserError(_("A QR code is written as .png or .svg. Name the file so.").format(file=path.name))
    return kind


def _made(text: str) -> segno.QRCode:
    import segno

    return segno.make_qr(text, error="m")
