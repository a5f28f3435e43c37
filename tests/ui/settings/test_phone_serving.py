"""Serving phones from this computer: while gCRM runs, always, or not; and what is said when it cannot."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest

from gcrm.errors import EnvironmentProblem
from gcrm.services.dav import at_log_in
from gcrm.ui import phone_server
from gcrm.ui.context import Context
from gcrm.ui.phone_server import phone_server_of
from gcrm.ui.settings import SettingsWindow
from tests.ui.fake_window import FakeWindow


class Serving(SimpleNamespace):
    """A process that serves, as far as windows see it."""

    address, fingerprint, runs = "https://office-pc.local:8643", "ba71", True

    def is_running(self) -> bool:
        return self.runs

    def stop(self) -> None:
        self.runs = False


@pytest.fixture
def page(context: Context) -> Iterator[Any]:
    window = SettingsWindow(context, "phones")
    window.show()
    settle(context)
    yield window.page("phones")
    window.close()


def settle(context: Context) -> None:
    for _turn in range(4):
        context.tasks.wait_idle()


def choose(page: Any, context: Context, key: str) -> None:
    page.serving.choice.set_value(key)
    page.serving.choice.activated.emit(page.serving.choice.currentIndex())
    settle(context)


def test_phones_are_served_as_it_is_chosen(
    page: Any, context: Context, window: FakeWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    child, is_there = Serving(), [False]

    def install(office: str) -> str:
        done.append(office)
        return "sudo loginctl enable-linger anna"

    monkeypatch.setattr(at_log_in, "is_installed", lambda: is_there[0])
    monkeypatch.setattr(at_log_in, "install", install)
    monkeypatch.setattr(at_log_in, "uninstall", lambda: done.append("uninstall"))

    def refuse(office: str) -> Serving:
        raise EnvironmentProblem("Port 8643 cannot be used: another program may have it. Choose another port.")

    monkeypatch.setattr(phone_server, "start", refuse)
    choose(page, context, "open")
    assert page.serving.trouble.full_text().startswith("Port 8643 cannot be used")
    assert len(window.errors) == 1
    monkeypatch.setattr(phone_server, "start", lambda office: child)
    choose(page, context, "open")
    server = phone_server_of(context)
    assert (server.is_running(), server.is_wanted(), page.serving.trouble.isHidden()) == (True, True, True)
    assert page.serving.proof.full_text().endswith("ba71")
    choose(page, context, "always")
    assert (child.runs, server.is_wanted(), done) == (False, False, [server.office()])
    assert "enable-linger" in page.serving.left.full_text()
    assert "password" not in server.office()
    child.runs = True
    choose(page, context, "open")
    assert (done[1:], server.is_running()) == (["uninstall"], True)
    choose(page, context, "no")
    assert (child.runs, server.is_wanted()) == (False, False)


def test_one_way_is_set_up_after_the_other(page: Any, context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    may_end = Event()
    monkeypatch.setattr(at_log_in, "install", lambda _office: may_end.wait(10) and "")
    combo = page.serving.choice
    combo.setFocus()
    combo.set_value("always")
    combo.activated.emit(combo.currentIndex())
    assert not combo.isEnabled()
    may_end.set()
    settle(context)
    assert (combo.isEnabled(), combo.hasFocus()) == (True, True)
