"""File names that come from outside, made harmless, and files that are programs, told by name and content.

A name is only ever used after `safe_name`; a file for which `is_executable` is true is never started from here. Rules
of names: Microsoft, "Naming files, paths and namespaces" (reserved names, forbidden characters, trailing dots);
Unicode TR 36 (characters that turn the direction of writing).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from pathlib import Path

LONGEST_NAME = 120
"""Characters of a safe name; its suffix is kept."""

LONGEST_BYTES = 240
"""Bytes of a safe name in UTF-8; file systems allow 255."""

LONGEST_SUFFIX = 20
_RESERVED = re.compile(r"^(?:con|prn|aux|nul|clock\$|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])$", re.IGNORECASE)
_SEPARATORS = re.compile(r"[/\\\u2044\u2215\u2216\u29f5\u29f8\u29f9\ufe68\uff0f\uff3c]")
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"})

# Suffixes that an operating system starts or runs instead of showing. Source: "Blocked attachments in Outlook"
# (Microsoft), with what Linux desktops and macOS start by a double click. To add one: write it here, without dot.
_STARTED_SUFFIXES = """
    ade adp apk app appcontent-ms appinstaller application appref-ms appx appxbundle asp aspx asx bas bat bgi bz2exe
    cab chm cmd cnt com command cpl csh desktop diagcab dll dmg drv elf exe fxp gadget grp hlp hpj hta htc
    img inf ins iqy iso isp its jar jnlp js jse kext ksh lib library-ms lnk mad maf mag mam maq mar mas mat mau mav
    maw mcf mda mdb mde mdt mdw mdz msc msh msh1 msh1xml msh2 msh2xml mshxml msi msix msixbundle msp mst
    msu ocx ops osd paf pcd phar pif pkg pl plg prf prg printerexport ps1 ps1xml ps2 ps2xml psc1 psc2 psd1 psdm1
    psm1 pst py pyc pyo pyw pyz pyzw rb reg run scf scpt scptd scr sct search-ms service settingcontent-ms sh shb shs
    so sys terminal theme tool udl url vb vbe vbp vbs vhd vhdx vsmacros vsw vxd webloc website wll workflow ws wsb
    wsc wsf wsh xbap xll xnk zsh
"""
STARTED = frozenset(_STARTED_SUFFIXES.split())

# How programs begin. "\xca\xfe\xba\xbe" is both a universal Mach-O and a Java class.
_PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"#!",
    b"\xef\xbb\xbf#!",
    b"L\x00\x00\x00\x01\x14\x02\x00",
    b"ITSF",
    b"dex\n",
    b"[InternetShortcut]",
    b"[Desktop Entry]",
)


def safe_name(name: str) -> str:
    """Return a file name that is safe on every system: no path, nothing invisible, at most 120 characters.

    The result is never empty and never begins with a dot, hyphen or tilde; its suffix is that of the last part of
    the name as people see it.
    """
    seen = "".join(char for char in name if unicodedata.category(char) not in _INVISIBLE)
    shown = unicodedata.normalize("NFC", seen)
    last = [part for part in _SEPARATORS.split(shown) if _bare(part)][-1:] or [""]
    plain = _FORBIDDEN.sub("_", _bare(last[0]))
    if _RESERVED.match(plain.split(".")[0].rstrip()):
        plain = f"_{plain}"
    return _shortened(plain)


def _bare(part: str) -> str:
    """Return a part of a path without blanks in runs, outer dots and what begins like an option or a home folder."""
    dotted = part.replace("\uff0e", ".").replace("\u2024", ".")
    return " ".join(dotted.split()).lstrip("-~. ").rstrip(". ")


def _shortened(name: str) -> str:
    """Cut the stem of a name that is too long."""
    stem, suffix = _split(name)
    stem = stem[: LONGEST_NAME - len(suffix)]
    while len((stem + suffix).encode()) > LONGEST_BYTES:
        stem = stem[:-1]
    stem = stem.rstrip(". ")
    return f"{stem or 'file'}{suffix}"


def _split(name: str) -> tuple[str, str]:
    """Cut a name into stem and suffix; a suffix has at most 20 characters."""
    stem, dot, suffix = name.rpartition(".")
    if not dot or not stem or len(suffix) > LONGEST_SUFFIX:
        return name, ""
    return stem, f".{suffix}"


def suffix_of(name: str) -> str:
    """Return the suffix of a name in lower case without the dot, as the operating system will read it."""
    return _split(safe_name(name))[1][1:].lower().strip()


def free_name(name: str, is_taken: Callable[[str], bool]) -> str:
    """Return a safe name that is not taken: "offer.pdf", then "offer (2).pdf"."""
    plain = safe_name(name)
    stem, suffix = _split(plain)
    found, count = plain, 1
    while is_taken(found):
        count += 1
        mark = f" ({count})"
        room = LONGEST_NAME - len(suffix) - len(mark)
        found = f"{stem[:room]}{mark}{suffix}"
    return found


def free_path(folder: Path, name: str) -> Path:
    """Return a path in `folder` where no file lies yet, under a safe name."""
    return folder / free_name(name, lambda each: (folder / each).exists() or (folder / each).is_symlink())


def is_executable(name: str, head: bytes = b"") -> bool:
    """Tell whether a file is a program or starts one, by the suffix of its name or by how its content begins."""
    return suffix_of(name) in STARTED or head.startswith(_PROGRAMS)
