"""What of a category's listing passes a search's filters, while there is no index to ask."""

from functions.search.model.asked import Filters
from functions.search.model.documents import Card, Document
from functions.search.model.found import Hit


def passes(document: Document, filters: Filters) -> bool:
    card = document.card
    return document.shown and all(
        (
            not filters.categories or bool(set(filters.categories) & set(card.category_path)),
            not filters.brands or card.brand in filters.brands,
            not filters.conditions or card.condition in filters.conditions,
            not filters.stores or card.store_id in filters.stores,
            filters.available is None or card.available == filters.available,
            filters.verified is None or card.store_verified == filters.verified,
        )
    )


def hit(card: Card, language: str) -> Hit:
    return Hit(card=card, title=card.titles.get(language) or card.titles.get(card.language, ""))
