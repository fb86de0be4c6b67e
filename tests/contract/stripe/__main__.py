"""How good the suite is: every planted fault of the stand-in has to make it fail. `python -m tests.contract.stripe`."""

import os
import sys
from pathlib import Path

import pytest

from tests.contract.stripe import planted_money

SUITE = Path(__file__).parent
QUIETLY = ["-x", "-q", "-n", "0", "--no-header", "-p", "no:cacheprovider", str(SUITE)]
QUIETLY += ["-p", "xdist.plugin", "-p", "pytest_timeout"]  # what pyproject.toml speaks of; the others take their time
QUIETLY += ["-W", "ignore:Module already imported"]  # what pytest would rewrite was read by this process already
CRASHED = 70
FAULTS = planted_money.FAULTS


class Witness:
    """Remembers which test was the first to notice."""

    def __init__(self) -> None:
        self.noticed = ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and not self.noticed:
            self.noticed = report.nodeid.rpartition("/")[2]


def noticed(name: str) -> str:
    """Which test fails with it; "" if none does. In a process of its own: no fault outlives its trial."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        witness, ended = Witness(), CRASHED
        try:
            with FAULTS[name]():
                ended = int(pytest.main(QUIETLY, plugins=[witness]))
            os.write(writing, witness.noticed.encode())
        finally:
            os._exit(ended)
    os.close(writing)
    with os.fdopen(reading, "rb") as told:
        said = told.read().decode()
    _, ended = os.waitpid(child, 0)
    if os.waitstatus_to_exitcode(ended) not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        raise RuntimeError(f"With {name!r} the suite did not run.")
    return said


def main(wanted: list[str]) -> int:
    caught = 0
    tried = [name for name in FAULTS if not wanted or name in wanted]
    for name in tried:
        by = noticed(name)
        caught += bool(by)
        print(f"{'caught' if by else 'MISSED'}  {name}{f': {by}' if by else ''}", flush=True)
    print(f"{caught} of {len(tried)} planted faults make the suite fail.")
    return 0 if caught == len(tried) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
