from collections.abc import Iterator

import pytest

from local.stack import Stack


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """All of Metco, deployed for this session alone, with the demo accounts. Its state goes with it."""
    with Stack.start(tmp_path_factory.mktemp("metco"), seeded=True) as started:
        yield started
