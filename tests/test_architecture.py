"""The layers: ui asks services, services ask the model, the model asks nobody. See docs/architecture.md."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter

import pytest

from tests.source import Module, program

GROUND = ("gcrm.errors", "gcrm.i18n", "gcrm.paths", "gcrm.shipped")
LAYERS = ("gcrm.model", "gcrm.services", "gcrm.ui")
DATABASES = ("sqlalchemy", "alembic", "psycopg", "sqlite3")
OUTSIDE_WORLD = ("socket", "subprocess", "urllib", "requests", "http", "smtplib", "fritzconnection")


def is_one_of(name: str, places: tuple[str, ...]) -> bool:
    """Tell whether a full name is one of the places or lies in one."""
    return any(name == place or name.startswith(f"{place}.") for place in places)


def offences(*layers: str, forbidden: tuple[str, ...], modules: tuple[Module, ...] = ()) -> list[str]:
    """Name each import of something forbidden in these layers."""
    return [
        f"{module.path}:{line} imports {name}"
        for module in modules or program()
        if module.is_in(*layers)
        for line, name in module.imports()
        if is_one_of(name, forbidden)
    ]


def tops() -> tuple[str, ...]:
    """Return the modules that put the program together: all that are in no layer."""
    names = {".".join(module.name.split(".")[:2]) for module in program()} - {"gcrm"}
    return tuple(sorted(names - set(LAYERS) - set(GROUND)))


def test_the_ground_imports_no_layer() -> None:
    assert not offences(*GROUND, forbidden=(*LAYERS, *tops(), "PySide6", "sqlalchemy"))


def test_the_model_imports_only_itself_and_the_ground() -> None:
    assert not offences("gcrm.model", forbidden=("gcrm.services", "gcrm.ui", *tops()))


def test_the_services_import_no_window() -> None:
    assert not offences("gcrm.services", forbidden=("gcrm.ui", *tops()))


def test_the_windows_import_nothing_above_them() -> None:
    assert not offences("gcrm.ui", forbidden=tops())


def test_a_window_never_touches_the_database() -> None:
    assert not offences("gcrm.ui", forbidden=DATABASES)


def test_a_window_never_touches_the_network() -> None:
    assert not offences("gcrm.ui", forbidden=OUTSIDE_WORLD)


def test_the_model_and_the_services_know_no_qt() -> None:
    assert not offences("gcrm.model", "gcrm.services", forbidden=("PySide6", "shiboken6"))


def test_the_model_touches_nothing_outside() -> None:
    assert not offences("gcrm.model", forbidden=OUTSIDE_WORLD)


def test_only_the_command_line_knows_how_commands_are_written() -> None:
    assert not offences(*LAYERS, *GROUND, forbidden=("click",))


def test_the_program_never_imports_its_tests() -> None:
    assert not offences("gcrm", forbidden=("tests", "pytest", "hypothesis"))


def circles(modules: tuple[Module, ...]) -> list[str]:
    """Name the modules that import each other in a circle, inside functions too; what only types need is no matter."""
    names = {module.name for module in modules}
    order: TopologicalSorter[str] = TopologicalSorter()
    for module in modules:
        typed = module.types_only()
        found = {
            name if name in names else name.rpartition(".")[0] for line, name in module.imports() if line not in typed
        }
        order.add(module.name, *(found & names - {module.name}))
    try:
        order.prepare()
    except CycleError as circle:
        return list(circle.args[1])
    return []


def test_no_module_comes_back_to_itself() -> None:
    assert not circles(program())


def test_a_circle_is_found_wherever_its_imports_stand() -> None:
    above = Module.of("gcrm.above", "def f():\n    from gcrm import below")
    below = Module.of("gcrm.below", "from gcrm.above import f")
    typed = Module.of("gcrm.below", "if TYPE_CHECKING:\n    from gcrm.above import f")
    assert set(circles((above, below))) == {"gcrm.above", "gcrm.below"}
    assert not circles((above, typed))


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("import PySide6.QtCore", "gcrm.model.contact"),
        ("from PySide6 import QtCore", "gcrm.services.contact"),
        ("from gcrm.ui import tasks", "gcrm.services.contact"),
        ("from gcrm import ui", "gcrm.model.contact"),
        ("from ..ui.tasks import run", "gcrm.services.contact"),
        ("def f():\n    from ...ui import tasks", "gcrm.services.exchange.vcard"),
    ],
)
def test_these_laws_bite(source: str, name: str) -> None:
    module = Module.of(name, source)
    assert offences("gcrm.model", "gcrm.services", forbidden=("PySide6", "gcrm.ui"), modules=(module,))


def test_every_layer_is_there() -> None:
    assert {module.name for module in program()} >= {*GROUND, *LAYERS}
