"""The index inside the process, for the laptop and the tests: tantivy in a folder that all functions share."""

from collections.abc import Sequence
from pathlib import Path

from functions.search.index.embedded import searching, suggesting, writing
from functions.search.index.embedded.folder import Folder
from functions.search.index.embedded.reading import Reading, term
from functions.search.index.embedded.schema import LISTING, STORE
from functions.search.index.port import IndexAway, Into, RebuildElsewhere
from functions.search.model.asked import Asked, AskedStores
from functions.search.model.documents import Document, StoreDocument
from functions.search.model.found import Found, FoundStores, Health, Hit, Outcome, Suggestions


class EmbeddedIndex:
    def __init__(self, root: Path) -> None:
        self._folder = Folder(root)
        self._reading = Reading(self._folder)

    def apply(self, documents: Sequence[Document], into: Into = "everywhere") -> list[Outcome]:
        return writing.write(self._folder, writing.of_documents(documents), into)

    def apply_stores(self, stores: Sequence[StoreDocument], into: Into = "everywhere") -> list[Outcome]:
        return writing.write(self._folder, writing.of_stores(stores), into)

    def rebuilding(self) -> str | None:
        return self._folder.following()

    def begin(self, generation: str) -> None:
        with self._folder.locked():
            following = self._folder.following()
            if generation in (following, self._folder.current()):
                return
            if following:
                raise RebuildElsewhere(f"The generation {following} is being filled. Finish or abandon it first.")
            self._folder.make(generation)
            self._folder.fill(generation)

    def finish(self, generation: str) -> None:
        with self._folder.locked():
            if self._folder.following() == generation:
                self._folder.use(generation)
                self._folder.fill(None)
            elif self._folder.current() != generation:
                raise RebuildElsewhere(f"The generation {generation} is not being filled: its rebuild has ended.")
            self._folder.forget_all_but(self._folder.current(), self._folder.following())

    def abandon(self, generation: str) -> None:
        with self._folder.locked():
            if self._folder.following() == generation and self._folder.current() != generation:
                self._folder.fill(None)
                self._folder.forget_all_but(self._folder.current())

    def search(self, asked: Asked) -> Found:
        return searching.search(self._reading.now(), asked)

    def search_stores(self, asked: AskedStores) -> FoundStores:
        return searching.search_stores(self._reading.now(), asked)

    def suggest(self, text: str, language: str, limit: int = 8) -> Suggestions:
        return suggesting.suggest(self._reading.now(), text, language, limit)

    def similar(self, product_id: str, language: str, limit: int = 10) -> tuple[Hit, ...]:
        return suggesting.similar(self._reading.now(), product_id, language, limit)

    def cards(self, product_ids: Sequence[str], language: str) -> tuple[Hit, ...]:
        return suggesting.cards(self._reading.now(), product_ids, language)

    def health(self) -> Health:
        try:
            reader = self._reading.now()
            return Health(
                kind="embedded",
                available=True,
                documents=reader.count(term("kind", LISTING)),
                stores=reader.count(term("kind", STORE)),
                generation=reader.generation,
                rebuilding=self._folder.following(),
            )
        except IndexAway as away:
            return Health(kind="embedded", available=False, rebuilding=self._folder.following(), detail=str(away))
