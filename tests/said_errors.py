"""Every sentence that an error of the program carries, read from the source: what stands in `raise UserError(...)`.

A sentence may stand in the call, in a variable of the same function, in a table of the module or in a function that
returns it. What comes from elsewhere (a parameter, a verdict of another module) is named in ELSEWHERE.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from tests.laws import called
from tests.source import Module, program

KINDS = ("GcrmError", "UserError", "EnvironmentProblem", "ConflictError")
MARKS = ("_", "N_", "ngettext")
ELSEWHERE = (
    "gcrm.cli.exchange: plan.refused[0][1]",
    "gcrm.services.custom_field: verdict.sentence",
    "gcrm.services.exchange.importer: plan.refused[0][1]",
    "gcrm.services.exchange.worker: sentence",
    "gcrm.services.moved: moved.refusal",
    "gcrm.services.printing.label_sheets: f'{name}: {problem}'",
    "gcrm.services.settings: sentence",
    "gcrm.services.team.invitation: sentence",
    "gcrm.services.team.join: _(sentence)",
    "gcrm.services.team.move: moved.notice",
    "gcrm.services.team.server: sentence",
    "gcrm.services.user: found.sentence",
    "gcrm.ui.backup_clock: sentence",
    "gcrm.ui.reach: none",
)
"""Places whose sentence was made by somebody else: an error that is told again, a verdict, a parameter."""


@dataclass(frozen=True)
class Said:
    """One sentence, and whether it stands beside the field that it is about."""

    text: str
    place: str
    is_inline: bool


@cache
def said_errors() -> tuple[tuple[Said, ...], tuple[str, ...]]:
    """Return the sentences, and the places whose sentence comes from elsewhere."""
    found: list[Said] = []
    elsewhere: list[str] = []
    for module in program():
        for scope, call in _raised(module):
            texts = dict.fromkeys(_texts(call.args[0], scope, module, 0)) if call.args else {}
            inline = any(word.arg == "field" for word in call.keywords)
            found += [Said(text, f"{module.name}:{call.lineno}", inline) for text in texts]
            if not texts:
                elsewhere.append(f"{module.name}: {ast.unparse(call.args[0]) if call.args else ''}")
    return tuple(found), tuple(elsewhere)


def _raised(module: Module) -> Iterator[tuple[ast.AST, ast.Call]]:
    """Yield each error that is made, with the innermost function in which it is."""
    scopes: dict[ast.AST, ast.AST] = {}
    for outer in ast.walk(module.tree):  # outer functions come first
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef):
            scopes.update(dict.fromkeys(ast.walk(outer), outer))
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and called(node) in KINDS:
            yield scopes.get(node, module.tree), node


def _texts(node: ast.expr, scope: ast.AST, module: Module, depth: int) -> Iterator[str]:
    """Yield the marked texts that an expression can become."""
    if depth > 6:
        return
    for inner in _ways(node, scope, module):
        if isinstance(inner, str):
            yield inner
        else:
            yield from _texts(inner, scope, module, depth + 1)


def _ways(node: ast.expr, scope: ast.AST, module: Module) -> Iterator[ast.expr | str]:
    if isinstance(node, ast.Call):
        yield from _of_call(node, module)
    elif isinstance(node, ast.IfExp):
        yield from (node.body, node.orelse)
    elif isinstance(node, ast.BoolOp):
        yield from node.values
    elif isinstance(node, ast.Subscript):
        yield node.value
    elif isinstance(node, ast.Dict):
        yield from node.values
    elif isinstance(node, ast.Tuple):
        yield from node.elts
    elif isinstance(node, ast.Name):
        yield from _given(node.id, scope) or _given(node.id, module.tree, deep=False)


def _of_call(node: ast.Call, module: Module) -> Iterator[ast.expr | str]:
    name = called(node)
    if name in MARKS:
        for argument in node.args[: 2 if name == "ngettext" else 1]:
            is_text = isinstance(argument, ast.Constant) and isinstance(argument.value, str)
            yield str(argument.value) if isinstance(argument, ast.Constant) and is_text else argument
    elif isinstance(node.func, ast.Attribute) and name in ("format", "get"):
        yield node.func.value
        if name == "get":
            yield from node.args[1:]
    else:
        functions = [each for each in module.tree.body if isinstance(each, ast.FunctionDef) and each.name == name]
        returned = [each for function in functions for each in ast.walk(function) if isinstance(each, ast.Return)]
        yield from (each.value for each in returned if each.value is not None)
        for function in functions:
            for each in returned:
                if isinstance(each.value, ast.Name | ast.Call):
                    names = {inner.id for inner in ast.walk(each.value) if isinstance(inner, ast.Name)}
                    yield from (value for known in sorted(names) for value in _given(known, function))


def _given(name: str, scope: ast.AST, *, deep: bool = True) -> list[ast.expr]:
    """Return what a name is given in a function, or at the top of a module."""
    body = list(ast.walk(scope)) if deep else list(getattr(scope, "body", ()))
    found: list[ast.expr] = []
    for node in body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        if isinstance(node, ast.AnnAssign):
            targets = [node.target]
        value = getattr(node, "value", None)
        if value is not None and any(isinstance(target, ast.Name) and target.id == name for target in targets):
            found.append(value)
    return found
