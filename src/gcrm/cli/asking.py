"""Passwords that whoever sits at the terminal types."""

from __future__ import annotations

import sys

import click

from gcrm.cli.office import say_error
from gcrm.i18n import _


def ask_secret(question: str, *, confirm: bool) -> str:
    """Ask for a secret that is not shown; with `confirm` twice, until both are the same."""
    while True:
        typed: str = click.prompt(question, hide_input=True, err=True)
        if not confirm or typed == click.prompt(_("The same once more"), hide_input=True, err=True):
            return typed
        say_error(_("The two passwords differ. Enter the same one twice."))


def ask_password(*, is_new: bool = True) -> str:
    """Ask for a password at a terminal, a new one twice; elsewhere take the first line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    return ask_secret(_("Password"), confirm=is_new)
