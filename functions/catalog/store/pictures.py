"""Where images are shown: an image and the product or category that shows it change together, or not at all."""

from collections.abc import Callable, Sequence
from functools import cache

from functions.catalog.model.categories import Category
from functions.catalog.model.images import Image, ImageChanged
from functions.catalog.model.offers import Offer
from functions.catalog.model.products import Product
from functions.catalog.rules import images as rules
from functions.catalog.rules.images import Placement
from functions.catalog.store.categories import categories
from functions.catalog.store.goods import goods
from functions.catalog.store.images import images, newer, removed
from kernel import clock
from kernel.events import Data, Event
from kernel.table import Receipt

TRIES = 4


class Pictures:
    def list_with(
        self, owner: str, placed: Placement, offer: Offer, answer: Callable[[Product], Receipt | None]
    ) -> Product:
        """A new thing of a store's own, and the pictures that it begins with."""

        def commit(one: Placement) -> None:
            also = [newer(owner, image) for image in one.shown]
            kept = answer(one.product)
            goods().keep(one.product, [(None, offer)], product_was=None, receipt=kept, also=also)

        return self._shown(owner, placed, commit)

    def show(
        self,
        owner: str,
        product: Product,
        placed: Placement,
        answer: Callable[[Product], Receipt | None],
        told: Sequence[Data] = (),
    ) -> Product:
        """A store's own product tells of its offers by itself; those of a global one hear of it by ProductChanged."""
        gone = list(images().images(owner, placed.gone).values())
        rows, news = removed(owner, gone)
        edits = self._recarded(product, placed.product)
        acted = [Event(data, product.product_id, placed.product.version) for data in told]

        def commit(one: Placement) -> None:
            also = [*(newer(owner, image) for image in one.shown), *rows]
            kept = answer(one.product)
            goods().keep(one.product, edits, product_was=product, receipt=kept, told=[*news, *acted], also=also)

        return self._shown(owner, placed, commit)

    def _shown(self, owner: str, placed: Placement, commit: Callable[[Placement], None]) -> Product:
        """Pictures are shown while they are being rendered: one that is done in between is looked at once more."""
        for _ in range(TRIES):
            try:
                commit(placed)
            except ImageChanged:
                found = images().images(owner, (one.image_id for one in placed.shown))
                placed = rules.looked_at_again(placed, found)
            else:
                return placed.product
        raise ImageChanged()

    def show_on(
        self, before: Category, after: Category, image: Image | None, told: Data, receipt: Receipt | None
    ) -> None:
        """A category has one image, or none."""
        former = images().images(rules.HOUSE, [before.image_id]) if before.image_id else {}
        rows, news = removed(rules.HOUSE, list(former.values()))
        also = [*([newer(rules.HOUSE, image)] if image else []), *rows]
        categories().edit(after, expecting=before.version, told=told, receipt=receipt, also=also, news=news)

    def settle(self, owner: str, image: Image) -> None:
        """Rendered or refused, wherever it is shown by now."""
        if image.product_id:
            self._settle_in_product(owner, image, image.product_id)
        else:
            images().keep(owner, image)

    def _settle_in_product(self, owner: str, image: Image, product_id: str) -> None:
        product = goods().product(product_id)
        after = rules.settled(product, image, clock.now())
        edits = self._recarded(product, after)
        goods().keep(after, edits, product_was=product, also=[newer(owner, image)])

    def _recarded(self, before: Product, after: Product) -> list[tuple[Offer, Offer]]:
        """Only a change of the first picture is one that offers show."""
        if before.store_id is None or rules.first_of(before) == rules.first_of(after):
            return []
        _, offers, _ = goods().page(before.product_id)  # of its own product a store has a few offers, if that
        return rules.recarded(after, offers, clock.now())


@cache
def pictures() -> Pictures:
    return Pictures()
