"""Which writes of production code a run has reached: every place that calls `commit`, found in the source itself."""

import ast
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

from kernel.table import Table

ROOT = Path(__file__).parents[2]


class Site(NamedTuple):
    file: str
    first: int
    last: int
    function: str

    def __str__(self) -> str:
        return f"{self.file}:{self.first} ({self.function})"


def sites(domains: tuple[str, ...], told: tuple[str, ...] = ()) -> list[Site]:
    """`told`: files whose writes tales go through (tales.py), which look at every fault of every call by themselves."""
    found: list[Site] = []
    for domain in domains:
        for path in sorted((ROOT / "functions" / domain).rglob("*.py")):
            if str(path.relative_to(ROOT)) in told:
                continue
            for function in ast.walk(ast.parse(path.read_text())):
                if isinstance(function, ast.FunctionDef):
                    found.extend(_calls(str(path.relative_to(ROOT)), function))
    return found


def _calls(file: str, function: ast.FunctionDef) -> Iterator[Site]:
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit":
            yield Site(file, node.lineno, node.end_lineno or node.lineno, function.name)


@contextmanager
def watched() -> Iterator[set[tuple[str, int]]]:
    """Collects the file and line of every call of `commit` made inside."""
    reached: set[tuple[str, int]] = set()
    commit = Table.commit

    def noted(self: Table, *arguments: Any, **named: Any) -> Any:
        caller = sys._getframe(1)
        reached.add((caller.f_code.co_filename, caller.f_lineno))
        return commit(self, *arguments, **named)

    with patch.object(Table, "commit", noted):
        yield reached


def missed(domains: tuple[str, ...], reached: set[tuple[str, int]], told: tuple[str, ...] = ()) -> list[Site]:
    lines = {(str(Path(file).resolve().relative_to(ROOT)), line) for file, line in reached}
    return [
        site
        for site in sites(domains, told)
        if not any(file == site.file and site.first <= line <= site.last for file, line in lines)
    ]
