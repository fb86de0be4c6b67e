"""Checks Metco's own rules over the whole repository: what no ready-made linter knows about this code."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from tools.lint.rules import RULES
from tools.lint.source import Source

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("functions", "layers", "infra", "local", "tools", "bench", "tests")
ALLOW = re.compile(r"#\s*allow ([a-z-]+): (?=(?:\W*\w+){3})")


def findings(source: Source) -> list[str]:
    if not source.text.strip():
        return []
    found = []
    for one in RULES:
        for line, what in one.check(source):
            allowed = ALLOW.search(source.comments.get(line, ""))
            if not (allowed and allowed.group(1) == one.name):
                found.append(f"{source.path}:{line}: {one.name}: {what} ({one.why})")
    return sorted(set(found))


def misplaced(root: Path) -> Iterator[str]:
    """What is wrong with the tree itself rather than with a file in it."""
    if (root / "events" / "__init__.py").exists():
        yield "events/__init__.py: layout: a dependency brings a module named `events`, and this would hide it"
    for folder in sorted((root / "functions").iterdir() if (root / "functions").is_dir() else ()):
        if folder.is_dir() and any(folder.glob("*.py")) and not (folder / "__init__.py").exists():
            yield f"functions/{folder.name}: layout: without __init__.py import-linter passes it unseen"
    for link in _links(root):
        yield f"{link}: layout: a committed link leads to nowhere on the next machine"


def _links(root: Path) -> list[str]:
    """What git keeps as symbolic links. A tree that is not a checkout has none that could be committed."""
    command = ["git", "-C", str(root), "ls-files", "-s", "-z"]
    listed = subprocess.run(command, check=False, capture_output=True, text=True)
    return [entry.partition("\t")[2] for entry in listed.stdout.split("\0") if entry.startswith("120000 ")]


def sources(root: Path) -> Iterator[Source]:
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*.py")):
            yield Source(PurePosixPath(path.relative_to(root).as_posix()), path.read_text(encoding="utf-8"))


def problems(root: Path) -> list[str]:
    return [*misplaced(root), *(line for source in sources(root) for line in findings(source))]


def main(root: Path = ROOT) -> int:
    found = problems(root)
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
