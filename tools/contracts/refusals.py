"""Which problem codes a route can answer with, read from its code: what it raises, and what those it calls raise.

A reading, not a run: names are followed within the domain's own files, methods by their name. It may list a code that
cannot happen on a certain path; `suppress(X)` and `except X` take X out again.
"""

import ast
import inspect
import textwrap
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import FunctionType, ModuleType
from typing import Any

from kernel.errors import DomainError

Errors = frozenset[type[DomainError]]


@dataclass(frozen=True, eq=False)
class Known:
    """What is known of one domain: its package, every method of its classes by name, and what was read so far.

    Functions call each other in circles, so each is read again when one that it calls turns out to raise more, until
    nothing changes: every function is read a few times in all, not once for each way that leads to it.
    """

    package: str
    methods: Mapping[str, tuple[FunctionType, ...]]
    raised: dict[Callable[..., Any], Errors] = field(default_factory=dict)
    callers: dict[Callable[..., Any], set[Callable[..., Any]]] = field(default_factory=lambda: defaultdict(set))

    def of(self, function: Callable[..., Any]) -> Errors:
        waiting = [] if function in self.raised else [function]
        while waiting:
            reading = waiting.pop()
            before, known = self.raised.get(reading, frozenset()), set(self.raised)
            found = frozenset(_walk(_tree(reading), inspect.unwrap(reading).__globals__, self, reading))
            self.raised[reading] = found
            waiting += self.raised.keys() - known - {reading}
            if found != before:
                waiting += self.callers[reading]
        return self.raised[function]

    def called(self, function: Callable[..., Any], caller: Callable[..., Any]) -> Errors:
        """As far as it was read by now."""
        self.callers[function].add(caller)
        return self.raised.setdefault(function, frozenset())


def of(route: Callable[..., Any], modules: tuple[ModuleType, ...]) -> Errors:
    package = ".".join(route.__module__.split(".")[:2])  # functions.<domain>, whatever folders its rooms have become
    return _known(package, modules).of(inspect.unwrap(route))


@cache
def _known(package: str, modules: tuple[ModuleType, ...]) -> Known:
    methods: dict[str, tuple[FunctionType, ...]] = {}
    for module in modules:
        for kind in vars(module).values():
            if inspect.isclass(kind) and kind.__module__ == module.__name__:
                for name, member in vars(kind).items():
                    if isinstance(member, FunctionType):
                        methods[name] = (*methods.get(name, ()), member)
    return Known(package, methods)


def _walk(node: ast.AST, names: Mapping[str, Any], known: Known, reading: Any) -> Iterator[type[DomainError]]:
    if isinstance(node, ast.With | ast.Try):
        inside = {error for one in node.body for error in _walk(one, names, known, reading)}
        handled = tuple(_handled(node, names))
        yield from (error for error in inside if not issubclass(error, handled))
        rest = list(_around(node))
    else:
        yield from _meant(node, names, known, reading)
        rest = list(ast.iter_child_nodes(node))
    for one in rest:
        yield from _walk(one, names, known, reading)


def _around(node: ast.With | ast.Try) -> Iterator[ast.AST]:
    """What runs besides the body. The classes that are caught stand there to be caught, not raised."""
    if isinstance(node, ast.Try):
        yield from (one for handler in node.handlers for one in handler.body)
        yield from (*node.orelse, *node.finalbody)
    else:
        yield from (one.context_expr for one in node.items if not _is_suppress(one.context_expr))


def _is_suppress(expression: ast.expr) -> bool:
    return isinstance(expression, ast.Call) and ast.unparse(expression.func).endswith("suppress")


def _handled(node: ast.With | ast.Try, names: Mapping[str, Any]) -> Iterator[type]:
    """The classes that `with suppress(…)` or `except …` keeps inside."""
    if isinstance(node, ast.Try):
        expressions = [one.type for one in node.handlers if one.type and not _reraises(one)]
    else:
        calls = [one.context_expr for one in node.items if _is_suppress(one.context_expr)]
        expressions = [one for call in calls if isinstance(call, ast.Call) for one in call.args]
    for expression in expressions:
        for one in expression.elts if isinstance(expression, ast.Tuple) else [expression]:
            found = _value(one, names)
            if inspect.isclass(found):
                yield found


def _reraises(handler: ast.ExceptHandler) -> bool:
    return any(isinstance(node, ast.Raise) and node.exc is None for node in ast.walk(handler))


def _meant(node: ast.AST, names: Mapping[str, Any], known: Known, reading: Any) -> Iterator[type[DomainError]]:
    if not isinstance(node, ast.Name | ast.Attribute):
        return
    found = _value(node, names)
    if inspect.isclass(found) and issubclass(found, DomainError):
        yield from () if found is DomainError else (found,)  # which stands for any of them, and is never raised
    elif inspect.isroutine(found) and (getattr(found, "__module__", "") or "").startswith(known.package):
        yield from known.called(found, reading)
    elif found is None and isinstance(node, ast.Attribute):
        for method in known.methods.get(node.attr, ()):
            yield from known.called(method, reading)


def _value(node: ast.expr, names: Mapping[str, Any]) -> Any:
    """What a plain or dotted name stands for; None if only a run would tell."""
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.Attribute) and inspect.ismodule(base := _value(node.value, names)):
        return getattr(base, node.attr, None)
    return None


@cache
def _tree(function: Callable[..., Any]) -> ast.Module:
    return ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(function))))
