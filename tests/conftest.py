"""What every test gets: a private place for data, English, no network, fresh databases on both engines.

Fixtures to ask for: `database` (opened and empty, once per engine), `database_url` (the same, not opened),
`empty_database_url` (no schema yet), `postgres_url` (the server), `corpora` (real files), `data_folder`.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import keyring
import pytest

from gcrm.i18n import set_language
from tests.compiled import share_compiled_statements
from tests.databases import PostgresOffices, SqliteOffices
from tests.guards import MemoryKeyring, NetworkGuard
from tests.gui_thread import Audit
from tests.migrated import share_migrations
from tests.postgres import Keeper, ServerProblem

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from gcrm.services.database import Database

ROOT = Path(__file__).parents[1]
FINISHED = pytest.StashKey[int]()
THOROUGH_EVERY = 40  # tests; looking through everything takes a while
SERVER = "GCRM_TEST_POSTGRES"
ENGINES = ("sqlite", "postgresql")

# A warning of Qt fails the test, except these. Entry: what Qt says (a regular expression) and why it is harmless.
HARMLESS_QT_MESSAGES = {
    r"This plugin does not support (propagateSizeHints|raise|createPlatformVulkanInstance)": "offscreen has no windows",
    r"^QStandardPaths: (XDG_RUNTIME_DIR not set|wrong permissions on runtime directory)": "build machines have none",
}

if "GCRM_TEST_REAL_DISPLAY" not in os.environ:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["LC_ALL"] = os.environ["LANG"] = "C.UTF-8"  # Qt's and our own system language: English everywhere
os.environ.pop("LANGUAGE", None)
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"  # for programs that tests start

hypothesis.settings.register_profile(
    "gcrm",
    deadline=None,
    print_blob=True,
    derandomize="CI" in os.environ,
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture, hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("gcrm")


def pytest_configure(config: pytest.Config) -> None:
    """Start one server for all workers, in the process that starts the workers."""
    gc.disable()
    for message in HARMLESS_QT_MESSAGES:
        config.addinivalue_line("qt_log_ignore", message)
    is_worker = hasattr(config, "workerinput")
    has_workers = getattr(config.option, "numprocesses", None) and not is_worker
    if not has_workers:
        share_compiled_statements()
        share_migrations()
    if not has_workers or SERVER in os.environ:
        return
    try:
        keeper = Keeper()
    except ServerProblem as problem:
        raise pytest.UsageError(str(problem)) from problem
    os.environ[SERVER] = keeper.url
    config.add_cleanup(keeper.stop)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let warnings of Qt fail every test that does not say otherwise."""
    for item in items:
        if item.get_closest_marker("qt_log_level_fail") is None:
            item.add_marker(pytest.mark.qt_log_level_fail("WARNING"))


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Give the URL of a PostgreSQL server in which the tests may create databases."""
    if SERVER in os.environ:
        yield os.environ[SERVER]
        return
    keeper = Keeper()
    yield keeper.url
    keeper.stop()


@pytest.fixture(scope="session")
def audit() -> Audit:
    """Give what tells of files and connections that are opened in this process."""
    return Audit()


@pytest.fixture(scope="session")
def sqlite_offices(tmp_path_factory: pytest.TempPathFactory) -> SqliteOffices:
    """Give the maker of SQLite files."""
    return SqliteOffices(tmp_path_factory.mktemp("template"))


@pytest.fixture(scope="session")
def postgres_offices(postgres_url: str) -> Iterator[PostgresOffices]:
    """Give the maker of PostgreSQL databases."""
    offices = PostgresOffices(postgres_url)
    yield offices
    offices.close()


@pytest.fixture(params=ENGINES)
def offices(request: pytest.FixtureRequest) -> SqliteOffices | PostgresOffices:
    """Give the maker of databases of either engine; a test that asks for it runs once for each."""
    name = {"sqlite": "sqlite_offices", "postgresql": "postgres_offices"}[request.param]
    maker: SqliteOffices | PostgresOffices = request.getfixturevalue(name)
    return maker


def _url(made: AbstractContextManager[str]) -> Iterator[str]:
    with made as url:
        yield url


@pytest.fixture
def empty_database_url(offices: SqliteOffices | PostgresOffices, data_folder: Path) -> Iterator[str]:
    """Give the URL of a database without schema."""
    yield from _url(offices.empty(data_folder))


@pytest.fixture
def database_url(offices: SqliteOffices | PostgresOffices, data_folder: Path) -> Iterator[str]:
    """Give the URL of a database with the newest schema and no records."""
    yield from _url(offices.migrated(data_folder))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Give an opened database with the newest schema and no records."""
    from gcrm.services.opening import open_office

    opened = open_office(database_url)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def corpora() -> Path:
    """Give the folder of real files; they are not part of the project."""
    folder = Path(os.environ.get("GCRM_CORPORA", ROOT.parent / "shared" / "corpora"))
    if not folder.is_dir():
        pytest.skip("The real files lie outside the project; set GCRM_CORPORA to their folder to run this test.")
    return folder


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the private folder in which gCRM keeps everything during this test."""
    folder = tmp_path / "gcrm"
    folder.mkdir()
    monkeypatch.setenv("GCRM_DATA", str(folder))
    return folder


@pytest.fixture(autouse=True)
def home_language() -> Iterator[None]:
    """Begin and end every test in English."""
    set_language("en")
    yield
    set_language("en")


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[NetworkGuard]:
    """Fail a test that reaches for another machine, also when its error was swallowed or lay in a thread."""
    guard = NetworkGuard()
    guard.install(monkeypatch)
    yield guard
    assert not guard.attempts, f"tried to reach {guard.attempts}"


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Clear unused objects away in the thread of the windows only, as the program does (ui/garbage.py).

    It stays so between the tests and in those without windows: what an earlier test left must not be freed, timers
    and all, by the thread of a later one.
    """
    gc.disable()
    if "tests.dress" in sys.modules:  # there are windows
        sys.modules["tests.dress"].delete_windows()
        sys.modules["tests.dress"].let_go()
    finished = item.session.stash.get(FINISHED, 0) + 1
    item.session.stash[FINISHED] = finished
    if finished % THOROUGH_EVERY:
        gc.collect(1)
    else:
        gc.collect()
        gc.freeze()  # what lives on now is not looked at each time again


@pytest.fixture(scope="session")
def qapp(qapp: QApplication) -> Iterator[QApplication]:
    """Give the application in the look of the program."""
    from gcrm.app import leave_clipboard
    from tests.dress import Dress

    Dress(qapp)
    yield qapp
    leave_clipboard()


@pytest.fixture(autouse=True)
def passwords() -> MemoryKeyring:
    """Keep passwords in memory, never in the store of whoever runs the tests."""
    store = MemoryKeyring()
    keyring.set_keyring(store)
    return store
