"""`python -m bench.search`: how well, how fast and in how much memory goods are found; held against the budgets.

With `--data folder` it judges the queries of that folder alone, as bench/search/judged.py describes its files.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from bench.search import judged, real, rebuilding, speed
from bench.search.corpus import Corpus
from functions.search.index.embedded.index import EmbeddedIndex

NDCG = 0.85
MAX_P95_MS = {"text, 4 filters, 5 facets": 25.0, "suggestions": 10.0}
MAX_CPU_MS = {"text, 4 filters, 5 facets": 4.0}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.search", description=__doc__)
    parser.add_argument("--data", type=Path, help="a folder of products, queries and judgements")
    parser.add_argument("--count", type=int, default=100_000, help="goods that are searched in")
    parser.add_argument("--no-rebuild", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        wrong = relevance(Path(folder) / "judged", options.data or judged.OURS)
        wrong += real.relevance(Path(folder) / "opensearch", options.data or judged.OURS, 0.0 if options.data else NDCG)
        if not options.data:
            wrong += speeds(Path(folder) / "goods", options.count, rebuilt=not options.no_rebuild)
    print("\n" + ("Over budget: " + "; ".join(wrong) if wrong else "Every budget of search holds."))
    return 1 if wrong else 0


def relevance(folder: Path, data: Path) -> list[str]:
    index = EmbeddedIndex(folder)
    count = judged.fill(index, data)
    result = judged.judge(index, data)
    print(f"Relevance among {count:,} products, embedded index\n  {judged.told(result)}")
    return [f"NDCG@10 {result.ndcg:.3f} of {NDCG}"] if data == judged.OURS and result.ndcg < NDCG else []


def speeds(folder: Path, count: int, *, rebuilt: bool) -> list[str]:
    index, corpus, wrong = EmbeddedIndex(folder), Corpus(count), list[str]()
    took = rebuilding.fill(index, corpus)
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6
    print(f"\n{count:,} goods of {len(corpus.stores())} stores, written in {took:.0f} s, {size:.0f} MB of files")
    print(f"  {'':<30}{'p50 ms':>8}{'p95 ms':>8}{'CPU ms':>8}{'p95':>8}")
    fresh = EmbeddedIndex(folder)
    for name, each in speed.use_cases(fresh, corpus):
        print(f"  {name:<30}{each.median_ms:>8.1f}{each.p95_ms:>8.1f}{each.cpu_ms:>8.2f}{each.cpu_p95_ms:>8.2f}")
        wrong += [f"{name} p95 {each.p95_ms:.1f} ms"] * (each.p95_ms > MAX_P95_MS.get(name, 1e9))
        wrong += [f"{name} CPU {each.cpu_ms:.2f} ms"] * (each.cpu_ms > MAX_CPU_MS.get(name, 1e9))
    print(f"  at most {speed.memory_mb():.0f} MB of memory, having written them too")
    if rebuilt:
        result = rebuilding.rebuild(index, corpus, lambda: EmbeddedIndex(folder))
        print(
            f"  rebuilt in {result.took_s:.0f} s while {result.changed:,} changes came "
            f"({result.changed / result.took_s:.0f} a second): {'; '.join(result.wrong) or 'none lost'}"
        )
        wrong += result.wrong
    return wrong


if __name__ == "__main__":
    sys.exit(main())
