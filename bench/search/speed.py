"""What a search costs among a hundred thousand goods, inside the function: each use case many times, one at a time."""

import random
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from bench.search.corpus import CITIES, Corpus
from functions.search.index.port import Index
from functions.search.model.asked import Asked, AskedStores, Filters, Near

ROUNDS = 200
WARM = 20
FACETS = ("category", "brand", "condition", "price", "rating")
FOUR = Filters(price_from=2_000, price_to=20_000, rating_from=4.0, conditions=("new", "refurbished"), available=True)


@dataclass(frozen=True, slots=True)
class Took:
    median_ms: float
    p95_ms: float
    cpu_ms: float  # median, of this process
    cpu_p95_ms: float  # what p95 would be if nobody else worked on the machine


def use_cases(index: Index, corpus: Corpus) -> Iterator[tuple[str, Took]]:
    chance = random.Random(11)
    right = [_asked(corpus, chance.randrange(corpus.count), chance) for _ in range(ROUNDS)]
    wrong = [replace(asked, text=" ".join(_mistyped(word, chance) for word in asked.text.split())) for asked in right]
    everything = [replace(asked, filters=FOUR, facets=FACETS) for asked in right]
    near = Filters(near=Near(CITIES[0], 30.0))
    searches: dict[str, list[Asked]] = {
        "text": right,
        "mistyped text": wrong,
        "text, 4 filters, 5 facets": everything,
        "… mistyped": [replace(asked, filters=FOUR, facets=FACETS) for asked in wrong],
        "… by price": [replace(asked, sort="price_up") for asked in everything],
        "… by distance": [replace(asked, sort="distance", place=CITIES[0]) for asked in everything],
        "text within 30 km, 5 facets": [replace(asked, filters=near, facets=FACETS) for asked in right],
        "nothing typed, 5 facets": [Asked(facets=FACETS)] * 40,
    }
    for name, many in searches.items():
        yield name, took([_searching(index, asked) for asked in many])
    starts = [asked.text[: chance.randint(2, 6)] for asked in right]
    yield (
        "suggestions",
        took([_suggesting(index, start, asked.language) for start, asked in zip(starts, right, strict=True)]),
    )
    similar = [f"prd_{chance.randrange(corpus.count):026d}" for _ in range(ROUNDS)]
    yield "similar goods", took([_alike(index, product) for product in similar])
    yield "stores by name", took([lambda: index.search_stores(AskedStores(text="market"))] * 60)


def took(calls: list[Callable[[], object]]) -> Took:
    for call in calls[:WARM]:
        call()
    wall, cpu = [], []
    for call in calls:
        began, cpu_began = time.perf_counter(), time.process_time()
        call()
        wall.append(1000 * (time.perf_counter() - began))
        cpu.append(1000 * (time.process_time() - cpu_began))
    return Took(statistics.median(wall), _p95(wall), statistics.median(cpu), _p95(cpu))


def _p95(of: list[float]) -> float:
    return sorted(of)[int(0.95 * len(of))]


def memory_mb() -> float:
    """The most this process ever held, the files it maps among it."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1024 * 1024 if sys.platform == "darwin" else 1024)


def _searching(index: Index, asked: Asked) -> Callable[[], object]:
    return lambda: index.search(asked)


def _suggesting(index: Index, start: str, language: str) -> Callable[[], object]:
    return lambda: index.suggest(start, language)


def _alike(index: Index, product_id: str) -> Callable[[], object]:
    return lambda: index.similar(product_id, "en")


def _asked(corpus: Corpus, number: int, chance: random.Random) -> Asked:
    """Two words of a title that there is, neither its brand nor its model."""
    titles = corpus.document(number).card.titles
    language = chance.choice(list(titles))
    words = titles[language].split()[1:-2]
    return Asked(text=" ".join(chance.sample(words, min(2, len(words)))), language=language)


def _mistyped(word: str, chance: random.Random) -> str:
    if len(word) < 5:
        return word
    place = chance.randrange(1, len(word) - 1)
    left_out, swapped = (
        word[:place] + word[place + 1 :],
        word[:place] + word[place + 1] + word[place] + word[place + 2 :],
    )
    return chance.choice((left_out, swapped, f"{word[:place]}x{word[place + 1 :]}"))
