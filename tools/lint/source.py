"""One Python file as the rules see it: its place, its tree, its comments, and the full name behind every short one."""

import ast
import io
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath


@dataclass(frozen=True)
class Source:
    path: PurePosixPath  # relative to the repository
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def comments(self) -> dict[int, str]:
        tokens = tokenize.generate_tokens(io.StringIO(self.text).readline)
        return {token.start[0]: token.string for token in tokens if token.type == tokenize.COMMENT}

    @cached_property
    def imports(self) -> dict[str, tuple[str, int]]:
        """Local name -> (full name, line), from every import anywhere in the file."""
        found: dict[str, tuple[str, int]] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for name in node.names:
                    found[name.asname or name.name.split(".")[0]] = (name.name, node.lineno)
            elif isinstance(node, ast.ImportFrom) and node.module:
                for name in node.names:
                    found[name.asname or name.name] = (f"{node.module}.{name.name}", node.lineno)
        return found

    def full_name(self, node: ast.expr) -> str:
        """`dt.now` -> "datetime.datetime.now" when `dt` was imported so; "" for anything that is not a plain name."""
        if isinstance(node, ast.Name):
            name, _ = self.imports.get(node.id, (node.id, 0))
            return name
        if isinstance(node, ast.Attribute):
            base = self.full_name(node.value)
            return f"{base}.{node.attr}" if base else ""
        return ""

    def imported(self, *modules: str) -> Iterator[tuple[int, str]]:
        for full, line in self.imports.values():
            if any(full == module or full.startswith(f"{module}.") for module in modules):
                yield line, full

    @property
    def domain(self) -> str:
        return self.path.parts[1] if self.path.parts[0] == "functions" and len(self.path.parts) > 2 else ""

    def is_room(self, *rooms: str) -> bool:
        """Whether this is a domain's `rules.py`, or a file of the folder `rules/` that it has grown into."""
        return bool(self.domain) and self.path.parts[2].removesuffix(".py") in rooms

    @property
    def runs_on_aws(self) -> bool:
        return self.path.parts[0] in ("functions", "layers")
