"""Walks of the documentation, run as a reader would paste them into a shell."""

import re
import subprocess
from pathlib import Path

from local.stack import Stack

DOCS = Path(__file__).resolve().parents[2] / "docs"
HOME = ".local/"  # where `make dev` keeps what it has


def run_walk(stack: Stack, page: str, heading: str = "A walk", *, within_s: float = 300) -> list[str]:
    """What the one shell block below this heading prints, line by line."""
    pattern = rf"^## {heading}$.*?^```bash\n(.*?)^```$"
    [walk] = re.findall(pattern, (DOCS / page).read_text(), re.MULTILINE | re.DOTALL)
    assert "http://localhost:8000" in walk
    here = walk.replace("http://localhost:8000", stack.url).replace(HOME, f"{stack.home}/")
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", here], capture_output=True, text=True, timeout=within_s, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()
