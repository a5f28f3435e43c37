"""Outlook for Windows (classic) over COM: whether it is there, and a link to it. The new Outlook cannot be asked.

COM belongs to a thread: a link is made, used and given back in one (`CoInitialize`, `CoUninitialize`).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from time import sleep

from gcrm.errors import EnvironmentProblem, UserError
from gcrm.i18n import _
from gcrm.services.outlook.link import Link

PROGRAM = "Outlook.Application"
_PLACE = r"Control Panel\International"


def why_not() -> str:
    """Return why Outlook cannot be asked on this computer, in a sentence; "" where it can."""
    if sys.platform != "win32":
        return _("Outlook can only be asked on Windows. Use “Open in another address book” here.")
    if not _is_registered():
        return _("The new Outlook lets no other program in. Install Outlook (classic) to exchange with it.")
    if not _can_speak():
        return _("This gCRM was built without pywin32, which speaks with Outlook. Install it, then start gCRM again.")
    return ""


@cache
def _is_registered() -> bool:
    """Tell whether Windows knows a program that answers as Outlook."""
    registry = import_module("winreg")
    try:
        registry.OpenKey(registry.HKEY_CLASSES_ROOT, rf"{PROGRAM}\CLSID").Close()
    except OSError:
        return False
    return True


@cache
def _can_speak() -> bool:
    """Tell whether pywin32 is there."""
    return find_spec("win32com") is not None


def _separator() -> str:
    """Return what stands between categories: `sList` of Windows, says the page "ContactItem.Categories property"."""
    registry = import_module("winreg")
    try:
        with registry.OpenKey(registry.HKEY_CURRENT_USER, _PLACE) as key:
            return str(registry.QueryValueEx(key, "sList")[0]) or ";"
    except OSError:
        return ";"


@contextmanager
def outlook() -> Iterator[Link]:
    """Give a link to Outlook, which is started where it does not run. For one thread.

    Raises UserError where there is none, EnvironmentProblem where it does not start.
    """
    refusal = why_not()
    if refusal:
        raise UserError(refusal)
    com, client, types = (import_module(name) for name in ("pythoncom", "win32com.client", "pywintypes"))
    com.CoInitialize()
    try:
        try:
            application = client.Dispatch(PROGRAM)
        except types.com_error as problem:
            sentence = _("Outlook does not start. Open it by hand, then exchange again.")
            raise EnvironmentProblem(sentence, details=str(problem)) from problem
        yield Link(application, (types.com_error,), _separator(), sleep)
        del application
    finally:
        com.CoUninitialize()
