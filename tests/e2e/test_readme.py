import json
import re
import subprocess
from pathlib import Path

from local.stack import Stack
from tools import smoke

README = Path(__file__).resolve().parents[2] / "README.md"


def test_the_first_walk_does_what_the_readme_says(stack: Stack):
    [walk] = re.findall(r"^## A first walk$.*?^```bash\n(.*?)^```$", README.read_text(), re.MULTILINE | re.DOTALL)
    assert "http://localhost:8000" in walk
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", walk.replace("http://localhost:8000", stack.url)],
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    opened, read, edited, refused = (json.loads(line) for line in done.stdout.splitlines() if line)
    assert opened == read
    assert (opened["name"], edited["name"], edited["currency"]) == ("Ada", "Ada Lovelace", "GBP")
    assert (refused["status"], refused["code"]) == (401, "unauthenticated")


def test_the_smoke_test_of_a_deployment_passes_here_too(stack: Stack):
    assert smoke.main(["--url", stack.url]) == 0
