"""The form of the two indexes. Words come from `functions.search.words.written` as they are found: none is cut here.

The mapping is strict: a field that is not here is a defect, and no listing can make the mapping grow.
"""

from typing import Any

from functions.search.index.cloud.names import LISTINGS, STORES

Form = dict[str, Any]

KEYWORD: Form = {"type": "keyword"}  # filtered by, counted, ordered by
WORDS: Form = {"type": "keyword", "doc_values": False}  # looked up and nothing else
FLAG: Form = {"type": "boolean"}
WHOLE: Form = {"type": "long"}
PLACE: Form = {"type": "geo_point"}
# The one field with an order, for phrases. Lengths and frequencies count nothing: every weight is the plan's.
PHRASES: Form = {"type": "text", "analyzer": "whitespace", "norms": False}
# Prices are by currency, and there are few of those; attributes are without number, so each is a word of one field.
PRICES: Form = {"prices": {"path_match": "prices.*", "mapping": WHOLE}}

EVERY: Form = {
    "card": {"type": "keyword", "index": False, "doc_values": False},  # shown, never searched in
    "shown": FLAG,
    "tie": WHOLE,
    "quality": WHOLE,
    "title": PHRASES,
    **dict.fromkeys(("heads", "words", "joined", "facts", "more", "prefixes", "sounds", "codes", "standing"), WORDS),
}

FIELDS: dict[str, Form] = {
    LISTINGS: {
        **EVERY,
        "id": KEYWORD,
        "product_id": KEYWORD,
        "store_id": KEYWORD,
        "categories": KEYWORD,
        "brand": KEYWORD,
        "condition": KEYWORD,
        "attributes": KEYWORD,
        "prices": {"type": "object", "dynamic": True},
        "rating": WHOLE,
        "available": FLAG,
        "verified": FLAG,
        "listed_at": WHOLE,
        "place": PLACE,
    },
    STORES: {
        **EVERY,
        "id": KEYWORD,
        "categories": KEYWORD,
        "country": KEYWORD,
        "rating": WHOLE,
        "verified": FLAG,
        "place": PLACE,
    },
}


def index_of(kind: str, *, sized: bool) -> Form:
    """What creates an index. `sized`: shards and replicas are ours to say, which they are not in a collection."""
    settings = {
        "number_of_shards": 1,  # a million listings are 2.5 GB, and the counts of one shard are exact
        "auto_expand_replicas": "0-1",
        "refresh_interval": "1s",  # said outright, or an index that is not searched for 30 s is not refreshed either
        "max_result_window": 1_000,  # pages follow by search_after: nobody can ask for the ten thousandth at once
        "search.slowlog.threshold.query.warn": "500ms",
        "indexing.slowlog.threshold.index.warn": "500ms",
    }
    body: Form = {
        "mappings": {
            "dynamic": "strict",
            "dynamic_templates": [PRICES] if kind == LISTINGS else [],
            "_source": {"includes": ["card", "place"]},
            "properties": FIELDS[kind],
        }
    }
    if sized:
        body["settings"] = {"index": settings}
    return body
