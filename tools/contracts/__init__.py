"""Writes down what the code promises others: events, HTTP, clients, workflows. `--check` tells what has drifted."""

import json
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

from tools.contracts import asyncapi, events, graphql, openapi, workflows
from tools.contracts.clients import python, typescript
from tools.contracts.domains import ROOT, ContractError, Domain, domains

__all__ = ["ROOT", "ContractError", "Domain", "domains", "drift", "generated", "write"]

COMMAND = "make docs"


def generated(found: Iterable[Domain]) -> dict[str, str]:
    """Every file that follows from the code: path -> text."""
    found = list(found)
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    files = {path: text for domain in found for path, text in events.files(domain)}
    events.guard(files)
    files[asyncapi.PATH] = asyncapi.text(found, version=version)
    files[openapi.PATH] = openapi.text(found, version=version)
    files |= graphql.files(found) | workflows.files()
    document = json.loads(files[openapi.PATH])
    return files | dict(python.files(document)) | dict(typescript.files(document))


def drift(files: dict[str, str], root: Path = ROOT) -> Iterator[str]:
    for path, text in files.items():
        there = root / path
        if not there.exists():
            yield f"{path} is missing: run `{COMMAND}` and commit it."
        elif there.read_text(encoding="utf-8") != text:
            yield f"{path} no longer says what the code says: run `{COMMAND}` and commit it."
    for path in _left_over(files, root):
        yield f"{path} describes an event that nobody publishes any more: run `{COMMAND}` and commit its removal."


def write(files: dict[str, str], root: Path = ROOT) -> Iterator[str]:
    for path, text in files.items():
        there = root / path
        if not there.exists() or there.read_text(encoding="utf-8") != text:
            there.parent.mkdir(parents=True, exist_ok=True)
            there.write_text(text, encoding="utf-8")
            yield path
    for path in _left_over(files, root):
        (root / path).unlink()
        yield f"{path} (removed)"


def _left_over(files: dict[str, str], root: Path) -> list[str]:
    present = (path.relative_to(root).as_posix() for path in sorted((root / "events").glob("*/*.json")))
    return [path for path in present if path not in files]
