"""A writer that is killed where it stands: only whole batches of what it was told are there, and others write on."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from functions.search.index.embedded.index import EmbeddedIndex
from functions.search.model.asked import Asked
from tests.builders.listed import a_listing

ROOT = Path(__file__).resolve().parents[3]
ROUNDS = 25
BATCH = 20

# Says the number of each batch when it is written, and begins a rebuild now and then.
WRITER = """
import sys
from pathlib import Path
from functions.search.index.embedded.index import EmbeddedIndex
from tests.builders.listed import a_listing

index, first, batch = EmbeddedIndex(Path(sys.argv[1])), int(sys.argv[2]), int(sys.argv[3])
print("ready", flush=True)
for number in range(first, first + 10_000):
    if number % 7 == 3:
        index.abandon(index.rebuilding() or "none")
        index.begin(f"g{number}")
        index.apply([a_listing(1, title="Filled")], into="next")
    index.apply([a_listing(number * batch + place, title=f"Batch {number}") for place in range(batch)])
    print(number, flush=True)
"""


def test_a_killed_writer_corrupts_nothing_and_loses_nothing_it_had_said(tmp_path: Path):
    folder, chance = tmp_path / "index", random.Random(3)
    said: set[int] = set()
    first = 1
    index = EmbeddedIndex(folder)
    index.apply([a_listing(0, title="There before")])
    for _ in range(ROUNDS):
        said |= _written_until_killed(folder, first, chance.uniform(0.0, 0.25))
        index = EmbeddedIndex(folder)  # as whoever comes next finds it
        whole = _batches(index)
        assert said <= set(whole), "a batch that was said to be written is gone"
        assert set(whole.values()) <= {BATCH}, "a batch is there in part"
        index.apply([a_listing(0, revision=first + 1, title="Still writing")])
        assert index.search(Asked(text="still writing")).total == 1
        first = max(whole, default=first) + 1
    assert said, "it was always killed before it had written anything"
    index.abandon(index.rebuilding() or "none")
    index.begin("last")
    index.finish("last")
    assert [path.name for path in folder.glob("generation-*")] == ["generation-last"]


def _batches(index: EmbeddedIndex) -> dict[int, int]:
    found: dict[int, int] = {}
    after = None
    while True:
        page = index.search(Asked(text="batch", limit=500, after=after))
        for hit in page.hits:
            number = int(hit.title.split()[1])
            found[number] = found.get(number, 0) + 1
        if page.after is None:
            return found
        after = page.after


def _written_until_killed(folder: Path, first: int, after_s: float) -> set[int]:
    path = os.pathsep.join([str(ROOT), str(ROOT / "layers/kernel/python")])
    command = [sys.executable, "-c", WRITER, str(folder), str(first), str(BATCH)]
    environment = {"PYTHONPATH": path, "PATH": os.environ["PATH"]}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as writer:
        assert writer.stdout
        writer.stdout.readline()
        time.sleep(after_s)
        writer.send_signal(signal.SIGKILL)
        return {int(line) for line in writer.stdout if line.endswith("\n") and line.strip().isdigit()}
