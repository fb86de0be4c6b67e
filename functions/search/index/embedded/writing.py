"""Writes: a batch at a time, each newer than what is there or dropped, into every generation that has to have it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import tantivy

from functions.search.index.embedded.folder import FIRST, Folder
from functions.search.index.embedded.reading import Reader, term
from functions.search.index.embedded.schema import document_of, store_document_of
from functions.search.index.port import Into, RebuildElsewhere
from functions.search.model.documents import Document, StoreDocument
from functions.search.model.found import Outcome

HEAP = 15_000_000  # bytes, tantivy's least
LARGE_BATCH, LARGE_HEAP = 1_000, 100_000_000


@dataclass(frozen=True, slots=True)
class Write:
    id: str
    revision: int
    document: tantivy.Document


def of_documents(documents: Iterable[Document]) -> list[Write]:
    return [Write(one.card.offer_id, one.revision, document_of(one)) for one in documents]


def of_stores(stores: Iterable[StoreDocument]) -> list[Write]:
    return [Write(one.card.store_id, one.revision, store_document_of(one)) for one in stores]


def write(folder: Folder, writes: Sequence[Write], into: Into) -> list[Outcome]:
    """A process that dies on the way has written all of a generation's part or nothing; said again, nothing is lost."""
    if not writes:
        return []
    with folder.locked():
        current, following = folder.current(), folder.following()
        if into == "next":
            if following is None:
                raise RebuildElsewhere("No generation is being filled: its rebuild has ended.")
            return _written(folder, following, writes)
        if current is None:
            current = FIRST
            folder.make(current)
            folder.use(current)
        if following:  # the one that nobody reads yet goes first: what is found is in both
            _written(folder, following, writes)
        return _written(folder, current, writes)


def _written(folder: Folder, generation: str, writes: Sequence[Write]) -> list[Outcome]:
    index = folder.open(generation)  # anew each time: a writer that was opened before others wrote would undo theirs
    newest = _newest(writes)
    known = _known(Reader(index, generation), newest)
    due = [each for each in newest.values() if each.revision >= known.get(each.id, -1)]
    if due:
        writer = index.writer(LARGE_HEAP if len(due) >= LARGE_BATCH else HEAP, 1)
        for each in due:
            writer.delete_documents_by_term("id", each.id)
            writer.add_document(each.document)
        writer.commit()
        writer.wait_merging_threads()
    written = {id(each) for each in due}
    return [Outcome(each.id, "applied" if id(each) in written else "stale") for each in writes]


def _newest(writes: Sequence[Write]) -> dict[str, Write]:
    """Of one id said twice, the later of the highest revision."""
    found: dict[str, Write] = {}
    for each in writes:
        if each.id not in found or each.revision >= found[each.id].revision:
            found[each.id] = each
    return found


def _known(reader: Reader, ids: Iterable[str]) -> dict[str, int]:
    known: dict[str, int] = {}
    for key in ids:
        hits = reader.searcher.search(term("id", key), limit=1, count=False).hits
        if hits:
            (revision,) = reader.searcher.fast_field_values("revision", [hits[0][1]])
            known[key] = int(revision or 0)
    return known
