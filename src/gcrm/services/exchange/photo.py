"""Pictures inside contacts: read with care, written anew, never fetched.

A picture comes from a stranger. Its header is read before its pixels; only photo formats are known (no SVG, which may
point at files); the pixels are written into a new picture, so that nothing but pixels reaches the window.
"""

from __future__ import annotations

import binascii
import hashlib
import struct
import warnings
import zlib
from io import BytesIO
from typing import TYPE_CHECKING

from gcrm.i18n import N_
from gcrm.services.exchange.card import Photo

if TYPE_CHECKING:
    from PIL import Image

MAX_PIXELS = 40_000_000
EDGE = 512
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
_SMALL_EDGE = 128  # small drawings keep their sharp edges
_QUALITY = 88
_BROKEN = (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, OverflowError, struct.error)
UNREADABLE = N_("The picture cannot be read; the contact is taken without it")
TOO_LARGE = N_("The picture has more than 40 million pixels; the contact is taken without it")


class PhotoError(ValueError):
    """A picture that is not taken; the text says why (English, marked for translation)."""

    def __init__(self, reason: str = UNREADABLE) -> None:
        super().__init__(reason)
        self.reason = reason


def decode_photo(value: str, *, is_base64: bool) -> bytes | None:
    """Return the bytes written into the line, b"" if they are broken, None if it holds only an address."""
    start = value[:200].lstrip()
    if start[:5].lower() == "data:":
        header, _comma, content = value.partition(",")
        return _from_base64(content) if "base64" in header.lower() else b""
    return _from_base64(value) if is_base64 and value.strip() else None


def _from_base64(text: str) -> bytes:
    try:
        return binascii.a2b_base64("".join(text.split()).rstrip("=") + "===")
    except (binascii.Error, ValueError):
        return b""


def read_photo(data: bytes) -> Photo:
    """Return the picture as a small new one; raises PhotoError."""
    from PIL import Image

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            with Image.open(BytesIO(data), formats=_FORMATS) as picture:
                return _anew(picture, hashlib.sha256(data).hexdigest())
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as problem:
            raise PhotoError(TOO_LARGE) from problem
        except PhotoError:
            raise
        except (*_BROKEN, zlib.error, Warning) as problem:
            raise PhotoError from problem


def _anew(picture: Image.Image, source: str) -> Photo:
    """Write the first frame, turned upright and not larger than 512 × 512, as JPEG or PNG."""
    from PIL import ImageOps

    if picture.width * picture.height > MAX_PIXELS:
        raise PhotoError(TOO_LARGE)
    is_drawing = picture.format in ("PNG", "GIF") and max(picture.size) <= _SMALL_EDGE
    picture.draft("RGB", (2 * EDGE, 2 * EDGE))  # lets the JPEG decoder skip detail that is thrown away anyway
    upright = ImageOps.exif_transpose(picture)
    has_alpha = "A" in upright.getbands() or "transparency" in upright.info
    pixels = upright.convert("RGBA" if has_alpha else "RGB")
    pixels.thumbnail((EDGE, EDGE))
    pixels.info.clear()
    out = BytesIO()
    if has_alpha or is_drawing:
        pixels.save(out, "PNG", optimize=True)
        media_type = "image/png"
    else:
        pixels.save(out, "JPEG", quality=_QUALITY, optimize=True)
        media_type = "image/jpeg"
    data = out.getvalue()
    return Photo(data, media_type, hashlib.sha256(data).hexdigest(), source)
