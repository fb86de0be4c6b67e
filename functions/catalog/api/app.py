"""The domain's one API, and what its routes decide by."""

from functions.catalog.model.categories import PriceLimit
from functions.catalog.rules.items import Shelf
from functions.catalog.store.categories import categories
from kernel import settings
from kernel.http import Api

api = Api("catalog")

# A thing that is hidden must be gone within a minute, wherever its page was kept.
FRESH = "public, max-age=30"


def shelf(category_id: str | None) -> Shelf:
    """Operators set the platform's limits: {"EUR": {"floor": 100, "ceiling": 5000000}}, in minor units."""
    limits: dict[str, dict[str, int]] = settings.setting("price_limits", {})
    return Shelf(categories().tree(category_id), {currency: PriceLimit(**limit) for currency, limit in limits.items()})
