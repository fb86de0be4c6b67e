"""Fills an index anew, a page at a time, while changes go on coming: in the end every one of them has to be there."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import islice
from threading import Event, Thread

from bench.search.corpus import Corpus
from functions.search.index.port import Index
from functions.search.model.asked import Asked, Filters
from functions.search.model.documents import Document

PAGE = 1_000
CHANGES_A_SECOND = 50
BATCH = 50  # what a second brings, handed over at once
_STRIDE = 7_919  # prime: changes come from all over


@dataclass(frozen=True, slots=True)
class Rebuilt:
    documents: int
    took_s: float
    changed: int
    wrong: tuple[str, ...]


def fill(index: Index, corpus: Corpus) -> float:
    began = time.perf_counter()
    index.apply_stores(corpus.stores())
    for page in _pages(corpus.documents()):
        index.apply(page)
    return time.perf_counter() - began


def rebuild(index: Index, corpus: Corpus, opened: Callable[[], Index]) -> Rebuilt:
    """`opened`: the index as another process has it, for the changes."""
    began, done = time.perf_counter(), Event()
    changes = _Changes(opened(), corpus, done)
    changes.start()
    index.begin("bench")
    index.apply_stores(corpus.stores(), into="next")
    for page in _pages(corpus.documents()):  # what the table says as the page is read, so by then often outdated
        index.apply(page, into="next")
    index.finish("bench")
    took = time.perf_counter() - began
    done.set()
    changes.join()
    return Rebuilt(corpus.count, took, len(changes.made), tuple(_wrong(index, corpus, changes.made)))


class _Changes(Thread):
    """Each raises the price and the revision of a document and adds a mark that only the new revision has."""

    def __init__(self, index: Index, corpus: Corpus, done: Event) -> None:
        super().__init__()
        self._index, self._corpus, self._done = index, corpus, done
        self.made: set[int] = set()

    def run(self) -> None:
        number = 0
        began = time.perf_counter()
        while not self._done.is_set():
            batch = [(number + step) * _STRIDE % self._corpus.count for step in range(BATCH)]
            outcomes = self._index.apply([changed(self._corpus.document(one, 2)) for one in batch])
            self.made |= {one for one, outcome in zip(batch, outcomes, strict=True) if outcome.done}
            number += BATCH
            time.sleep(max(0.0, began + number / CHANGES_A_SECOND - time.perf_counter()))


def changed(document: Document) -> Document:
    return replace(document, card=replace(document.card, condition="changed"))


def _wrong(index: Index, corpus: Corpus, made: set[int]) -> Iterable[str]:
    total = index.search(Asked(limit=1)).total
    if total != corpus.count:
        yield f"{total} documents of {corpus.count}"
    new = index.search(Asked(filters=Filters(conditions=("changed",)), limit=1)).total
    if new != len(made):
        yield f"{new} documents of {len(made)} that were changed are as new as they were made"


def _pages(documents: Iterable[Document]) -> Iterable[list[Document]]:
    rest = iter(documents)
    while page := list(islice(rest, PAGE)):
        yield page
