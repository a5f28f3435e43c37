"""The source of the program as the laws of the house read it."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[1]
SRC = ROOT / "src"


@dataclass(frozen=True)
class Module:
    """One Python file: its dotted name (`gcrm.ui.tasks`), its text and its tree."""

    name: str
    path: str
    text: str
    tree: ast.Module

    @classmethod
    def of(cls, name: str, text: str, path: str = "") -> Module:
        """Read a module from its text."""
        return cls(name, path or name, text, ast.parse(text))

    def is_in(self, *places: str) -> bool:
        """Tell whether this is one of the modules, or lies in one of the packages."""
        return any(self.name == place or self.name.startswith(f"{place}.") for place in places)

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """The nodes of the tree: all laws walk over all of them."""
        return tuple(ast.walk(self.tree))

    def imports(self) -> Iterator[tuple[int, str]]:
        """Yield line and full name of everything imported: `from a import b` gives `a.b`."""
        for node in self.nodes:
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                origin = self._origin(node)
                yield from ((node.lineno, f"{origin}.{alias.name}") for alias in node.names)

    def types_only(self) -> set[int]:
        """Return the lines that only a type checker reads."""
        guarded = (node for node in ast.walk(self.tree) if isinstance(node, ast.If) and _is_for_types(node.test))
        return {line for node in guarded for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)}

    def _origin(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        is_package = self.path.endswith("__init__.py")
        parts = self.name.split(".")
        base = parts[: len(parts) - node.level + is_package]
        return ".".join([*base, *([node.module] if node.module else [])])


def _is_for_types(test: ast.expr) -> bool:
    return isinstance(test, ast.Name) and test.id == "TYPE_CHECKING"


def _module(path: Path, root: Path) -> Module:
    parts = path.relative_to(root).with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    return Module.of(name, path.read_text(encoding="utf-8"), str(path.relative_to(ROOT)))


@cache
def program() -> tuple[Module, ...]:
    """Return every module of the program."""
    return tuple(_module(path, SRC) for path in sorted((SRC / "gcrm").rglob("*.py")))


@cache
def everything() -> tuple[Module, ...]:
    """Return every module of the project: program, tests, tools."""
    others = [ROOT / "dev.py", *(ROOT / "packaging").rglob("*.py"), *(ROOT / "tests").rglob("*.py")]
    return program() + tuple(_module(path, ROOT) for path in sorted(others))


@cache
def kept_files() -> tuple[Path, ...]:
    """Return every file under version control; in a source package, which has none, every file of the project."""
    # A checkout that belongs to somebody else (a build machine's) may be listed all the same.
    command = ["git", "-c", "safe.directory=*", "-C", str(ROOT), "ls-files", "-z"]
    try:
        listed = subprocess.run(command, capture_output=True, check=True).stdout.decode().split("\0")
    except (OSError, subprocess.CalledProcessError):
        inside = ("src", "tests", "resources", "packaging", "docs", "dev.py", "pyproject.toml", "constraints.txt")
        listed = [str(path.relative_to(ROOT)) for name in inside for path in _files(ROOT / name)]
    return tuple(path for name in listed if name and (path := ROOT / name).is_file())


def _files(place: Path) -> Iterator[Path]:
    if place.is_file():
        yield place
    yield from (path for path in place.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
