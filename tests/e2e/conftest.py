import shutil
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from kernel import clock
from local.stack import Stack

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
WITHIN_MS = 20_000


_started: list[Stack] = []


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """All of Metco, deployed for this session alone, with the demo accounts. Its state goes with it."""
    with Stack.start(tmp_path_factory.mktemp("metco"), seeded=True) as started:
        _started.append(started)
        yield started
        _started.clear()


@pytest.fixture(scope="module", autouse=True)
def metcos_time() -> Iterator[None]:
    """Some tests move the stack's time ahead. Whoever asks for the time here is told Metco's."""
    clock.set_clock(lambda: _started[0].cloud.clock.now() if _started else datetime.now(UTC))
    yield
    clock.set_clock(None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: .ci/run installs one")
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """One on which no script fails, and which asks for nothing that its policy forbids."""
    opened = browser.new_page()
    opened.set_default_timeout(WITHIN_MS)
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
    yield opened
    opened.close()
    assert complaints == []
