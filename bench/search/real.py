"""The same judgements against a real OpenSearch: what the cloud finds has to fit as well as what a laptop finds."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.search import judged
from functions.search.index.cloud.index import CloudIndex
from functions.search.index.port import Index
from tools.opensearch.node import Node, lacking

ANYBODY = {"AWS_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench"}


@contextmanager
def opensearch(folder: Path) -> Iterator[Index]:
    """A node alone looks at no signature; what it is sent carries one all the same."""
    before = {name: os.environ.get(name) for name in ANYBODY}
    os.environ.update(ANYBODY)
    try:
        with Node(folder) as node:
            yield CloudIndex(node.url, at_once=True)
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def relevance(folder: Path, data: Path, least: float) -> list[str]:
    """What is over budget, and nothing where no node can be started: then it says why."""
    if why := lacking():
        print(f"\nRelevance in OpenSearch was not judged: {why}")
        return []
    with opensearch(folder) as index:
        count = judged.fill(index, data)
        judged.judge(index, data)  # as a server does after its first minutes: compiled, its files in memory
        result = judged.judge(index, data)
    print(f"\nRelevance among {count:,} products, OpenSearch\n  {judged.told(result)}")
    return [f"NDCG@10 {result.ndcg:.3f} in OpenSearch, of {least}"] if result.ndcg < least else []
