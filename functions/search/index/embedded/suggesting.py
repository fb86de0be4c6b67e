"""What is offered before anybody asked: completions of what is being typed, and goods like these."""

from collections.abc import Iterable, Iterator, Sequence

from tantivy import Occur, Query

from functions.search.index.embedded.asking import besides, listings, silent, text_of
from functions.search.index.embedded.reading import Reader, all_of, term
from functions.search.index.embedded.schema import STORE
from functions.search.model.documents import Card, StoreCard
from functions.search.model.found import Hit, Suggestions
from functions.search.words.completions import completed
from functions.search.words.highlights import highlighter
from functions.search.words.plan import Plan, Stage, alike, prefixed
from functions.search.words.tokens import fold
from functions.search.words.written import shown_title

_GATHERED_FROM = 60  # hits
_BRANDS, _STORES = 3, 3
_OFFERS_OF_ONE = 5  # looked at for each product that is wanted, since several stores may sell one


def suggest(reader: Reader, text: str, language: str, limit: int) -> Suggestions:
    """By standing alone: of all that begins so, what most people want."""
    plan = prefixed(text)
    stage, cards = _begun_so(reader, plan)
    titles = [(shown_title(card, language), *card.titles.values()) for card in cards]
    marks = highlighter(plan, stage)
    shown = [Hit(card=card, title=shown_title(card, language)) for card in one_of_each(cards)][:limit]
    typed = fold(text)
    brands = dict.fromkeys(card.brand for card in cards if card.brand and fold(card.brand).startswith(typed))
    return Suggestions(
        queries=completed(text, titles, limit),
        brands=tuple(brands)[:_BRANDS],
        hits=tuple(Hit(card=hit.card, title=hit.title, highlights=marks.spans(hit.title)) for hit in shown),
        stores=tuple(_stores(reader, text)),
    )


def _begun_so(reader: Reader, plan: Plan) -> tuple[Stage | None, list[Card]]:
    for stage in plan.stages:
        found = all_of([listings(), text_of(stage, reader)])
        rows, _ = reader.by_field(found, "quality", _GATHERED_FROM, falling=True)
        if rows:
            return stage, reader.cards(rows)
    return None, []


def _stores(reader: Reader, text: str) -> Iterator[StoreCard]:
    plan, among = prefixed(text), silent(term("kind", STORE))
    if plan.stages:
        found = all_of([among, text_of(plan.stages[0], reader)])
        rows, _ = reader.by_field(found, "quality", _STORES, falling=True)
        yield from reader.store_cards(rows)


def similar(reader: Reader, product_id: str, language: str, limit: int) -> tuple[Hit, ...]:
    own = _offer_of(reader, product_id)
    plan = alike(own) if own else None
    if plan is None or not plan.stages:
        return ()
    (stage,) = plan.stages
    others = Query.boolean_query(
        [
            (Occur.Must, listings()),
            (Occur.Must, text_of(stage, reader)),
            (Occur.MustNot, term("product", product_id)),
        ]
    )
    rows, _ = reader.by_score(besides(others, stage), limit * _OFFERS_OF_ONE)
    return tuple(
        Hit(card=card, title=shown_title(card, language)) for card in list(one_of_each(reader.cards(rows)))[:limit]
    )


def cards(reader: Reader, product_ids: Sequence[str], language: str) -> tuple[Hit, ...]:
    offers = [_offer_of(reader, product_id) for product_id in product_ids]
    return tuple(Hit(card=card, title=shown_title(card, language)) for card in offers if card)


def _offer_of(reader: Reader, product_id: str) -> Card | None:
    """The one of the best standing, which one that is in stock has."""
    rows, _ = reader.by_field(all_of([listings(), silent(term("product", product_id))]), "quality", 1, falling=True)
    return next(iter(reader.cards(rows)), None)


def one_of_each(found: Iterable[Card]) -> Iterator[Card]:
    seen: set[str] = set()
    for card in found:
        if card.product_id not in seen:
            seen.add(card.product_id)
            yield card
