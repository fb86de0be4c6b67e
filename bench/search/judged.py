"""How well what is found fits what was meant, by judgements in files that anybody can bring.

A folder has three files. `products.jsonl`, a product a line: {"id", "titles": {"en": …}} and, if there are any,
"language", "descriptions" by language, "brand", "category" as "home/lighting", "attributes", "codes", "popularity".
`queries.jsonl`, a query a line: {"id", "text", "language"}. `judgements.tsv`: a query's id, a product's id and how well
the one fits the other, 1 to 3, with tabs between them; what is not judged does not fit.
Without `products.jsonl` the products are the demo's goods, by their stock keeping units.
"""

import json
import math
import statistics
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from functions.search.index.port import Index
from functions.search.model.asked import Asked
from functions.search.model.documents import Card, Document
from functions.search.words.limits import readable
from local.demo.goods import Good, goods_of
from local.demo.stores import DemoStore, demo_stores

OURS = Path(__file__).parent / "goods"
LANGUAGES = ("en", "uk", "hi")
AT = 10
BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Query:
    id: str
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Judged:
    """Means over all queries that have judgements, and the ones that came out worst."""

    queries: int
    ndcg: float
    recall: float
    p95_ms: float
    cpu_ms: float  # median, of this process
    by_language: Mapping[str, float]
    worst: Sequence[tuple[float, str]]


def products(folder: Path) -> Iterator[Document]:
    file = folder / "products.jsonl"
    if not file.exists():
        yield from (_good(store, good) for store in demo_stores() for good in goods_of(store))
        return
    with file.open(encoding="utf-8") as lines:
        yield from (_product(json.loads(line)) for line in lines if line.strip())


def _product(said: dict[str, Any]) -> Document:
    path = [part for part in said.get("category", "").split("/") if part]
    titles = said["titles"]
    return Document(
        revision=1,
        card=Card(
            offer_id=f"{said['id']}",
            product_id=f"{said['id']}",
            store_id="store",
            slug="product",
            language=said.get("language", next(iter(titles))),
            titles=titles,
            category_path=tuple("/".join(path[: depth + 1]) for depth in range(len(path))),
            brand=said.get("brand", ""),
        ),
        descriptions=said.get("descriptions", {}),
        attributes={
            code: tuple(value) if isinstance(value, list) else value
            for code, value in said.get("attributes", {}).items()
        },
        codes=tuple(said.get("codes", ())),
        popularity=float(said.get("popularity", 0)),
    )


def _good(store: DemoStore, good: Good) -> Document:
    language = store.told["language"]
    codes = [good.sku, *(variety.sku for variety in good.variants)]
    said = {"id": good.sku, "titles": good.titles, "language": language, "category": good.category, "codes": codes}
    return _product(said | {"descriptions": {language: good.description}})


def queries(folder: Path) -> list[Query]:
    lines = (folder / "queries.jsonl").read_text(encoding="utf-8").splitlines()
    return [Query(**json.loads(line)) for line in lines if line.strip()]


def judgements(folder: Path) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for number, line in enumerate((folder / "judgements.tsv").read_text(encoding="utf-8").splitlines(), 1):
        if line.strip():
            query, product, grade = line.split("\t")
            if not 0 <= int(grade) <= 3:
                raise ValueError(f"judgements.tsv, line {number}: a grade is 0, 1, 2 or 3, and this is {grade}")
            found[query][product] = int(grade)
    return found


def judge(index: Index, folder: Path) -> Judged:
    """What the folder holds is in the index already."""
    wanted = judgements(folder)
    asked = [query for query in queries(folder) if any(wanted.get(query.id, {}).values())]
    scores: dict[Query, float] = {}
    recalls, took, cpu = [], [], []
    for query in asked:
        began, cpu_began = time.perf_counter(), time.process_time()
        found = index.search(Asked(text=readable(query.text), language=query.language, limit=AT))
        took.append(1000 * (time.perf_counter() - began))
        cpu.append(1000 * (time.process_time() - cpu_began))
        ids = [hit.card.product_id for hit in found.hits]
        scores[query] = ndcg(ids, wanted[query.id])
        recalls.append(recall(ids, wanted[query.id]))
    by_language = {
        spoken: statistics.mean(score for query, score in scores.items() if query.language == spoken)
        for spoken in dict.fromkeys(query.language for query in asked)
    }
    worst = sorted((score, query.text) for query, score in scores.items())[:5]
    return Judged(
        queries=len(asked),
        ndcg=statistics.mean(scores.values()),
        recall=statistics.mean(recalls),
        p95_ms=sorted(took)[math.ceil(0.95 * len(took)) - 1],
        cpu_ms=statistics.median(cpu),
        by_language=by_language,
        worst=worst,
    )


def ndcg(found: Sequence[str], grades: Mapping[str, int]) -> float:
    best = _gain(sorted(grades.values(), reverse=True))
    return _gain([grades.get(product, 0) for product in found]) / best if best else 0.0


def recall(found: Sequence[str], grades: Mapping[str, int]) -> float:
    """Of what fits, as much as ten places can hold."""
    fitting = {product for product, grade in grades.items() if grade}
    return len(fitting & set(found[:AT])) / min(AT, len(fitting))


def _gain(grades: Sequence[int]) -> float:
    return math.fsum((2.0**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades[:AT]))


def fill(index: Index, folder: Path) -> int:
    count, batch = 0, list[Document]()
    for document in products(folder):
        batch.append(document)
        if len(batch) == BATCH:
            count, batch = count + len(index.apply(batch)), []
    return count + len(index.apply(batch))


def told(judged: Judged) -> str:
    languages = ", ".join(f"{spoken} {score:.3f}" for spoken, score in judged.by_language.items())
    worst = "; ".join(f"{text} {score:.2f}" for score, text in judged.worst)
    return (
        f"NDCG@{AT} {judged.ndcg:.3f} ({languages}), recall@{AT} {judged.recall:.3f} over {judged.queries} queries, "
        f"p95 {judged.p95_ms:.1f} ms, CPU median {judged.cpu_ms:.2f} ms\n  worst: {worst}"
    )
