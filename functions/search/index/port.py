"""What search asks of an index, whichever it is: tantivy in a folder, or OpenSearch."""

from collections.abc import Sequence
from typing import Literal, Protocol

from functions.search.model.asked import Asked, AskedStores
from functions.search.model.documents import Document, StoreDocument
from functions.search.model.found import Found, FoundStores, Health, Hit, Outcome, Suggestions

# Where a write goes: everywhere, or, for a rebuild's own pages, to the generation that is being filled alone.
Into = Literal["everywhere", "next"]


class IndexAway(Exception):
    """The index does not answer, or has not been made yet. Worth another try later; searches answer degraded."""


class RebuildElsewhere(Exception):
    """Another generation is being filled, or this one is no longer: its rebuild has ended."""


class Index(Protocol):
    """Every method may raise IndexAway. A document of a higher revision stays, whatever is written after it.

    A rebuild: `begin` a generation, write all there is into "next", `finish` it. Meanwhile every other write goes to
    both generations, and searches are answered by the one in use, so that no moment is without answers or writes.
    """

    def apply(self, documents: Sequence[Document], into: Into = "everywhere") -> list[Outcome]:
        """Searchable when this returns, or at latest a second later. One outcome a document, in their order."""

    def apply_stores(self, stores: Sequence[StoreDocument], into: Into = "everywhere") -> list[Outcome]: ...

    def search(self, asked: Asked) -> Found: ...

    def suggest(self, text: str, language: str, limit: int = 8) -> Suggestions: ...

    def similar(self, product_id: str, language: str, limit: int = 10) -> tuple[Hit, ...]:
        """Other products like this one, the likest first; none where the product is not known."""

    def cards(self, product_ids: Sequence[str], language: str) -> tuple[Hit, ...]:
        """The offer to show first of each product that is shown, in their order; what is unknown is left out."""

    def search_stores(self, asked: AskedStores) -> FoundStores: ...

    def rebuilding(self) -> str | None:
        """The generation that is being filled, if one is."""

    def begin(self, generation: str) -> None:
        """Start to fill a generation. Saying it again about the same one changes nothing, about another raises."""

    def finish(self, generation: str) -> None:
        """From now on searches are answered by it, and the one before is forgotten. Safe to repeat."""

    def abandon(self, generation: str) -> None:
        """Forget it, unless it is in use already. Safe to repeat."""

    def health(self) -> Health:
        """Never raises: an index that is away says so here."""
