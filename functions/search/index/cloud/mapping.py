"""The form of the two indexes. Words come stemmed and folded by `functions.search.words`; OpenSearch only splits them.

The mapping is strict: a field that is not here is a defect, and no listing can make the mapping grow.
"""

from typing import Any, get_args

from functions.search.index.cloud.names import LISTINGS, STORES
from functions.search.model.names import Locale

LANGUAGES: tuple[str, ...] = get_args(Locale)
KEYWORD: dict[str, Any] = {"type": "keyword"}
# Prices are by currency and there are few of those; attributes are without number, so each is a word of one field.
PRICES = {"prices": {"path_match": "prices.*", "mapping": {"type": "long"}}}
SHOWN_ONLY: dict[str, Any] = {"type": "object", "enabled": False}  # kept to be shown, and not searched in


def index_of(kind: str, *, sized: bool) -> dict[str, Any]:
    """What creates an index. `sized`: shards and replicas are ours to say, which they are not in a collection."""
    settings = {
        "number_of_shards": 1,  # some ten million listings fit; ranks of one shard are comparable and never jump
        "auto_expand_replicas": "0-1",
        "refresh_interval": "1s",  # said outright, or an index that is not searched for 30 s is not refreshed either
        "max_result_window": 1_000,  # pages follow by search_after: nobody can ask for the ten thousandth at once
        "search.slowlog.threshold.query.warn": "500ms",
        "indexing.slowlog.threshold.index.warn": "500ms",
    }
    body: dict[str, Any] = {"mappings": {LISTINGS: _listings, STORES: _stores}[kind]()}
    if sized:
        body["settings"] = {"index": settings}
    return body


def _words(*, repeated: bool = False) -> dict[str, Any]:
    """`repeated`: how often a word is said counts, and how long the text is."""
    return {
        "type": "text",
        "analyzer": "whitespace",
        "norms": repeated,
        "index_options": "freqs" if repeated else "docs",
    }


def _listings() -> dict[str, Any]:
    texts = {f"{part}_{language}": _words(repeated=True) for part in ("title", "description") for language in LANGUAGES}
    return {
        "dynamic": "strict",
        "dynamic_templates": [PRICES],
        "_source": {"includes": ["card"]},
        "properties": {
            "card": SHOWN_ONLY,
            "shown": {"type": "boolean"},
            "offer_id": KEYWORD,
            "product_id": KEYWORD,
            "store_id": KEYWORD,
            "categories": KEYWORD,
            "brand": KEYWORD,
            "condition": KEYWORD,
            "prices": {"type": "object", "dynamic": True},
            "rating": {"type": "double"},
            "available": {"type": "boolean"},
            "verified": {"type": "boolean"},
            "attributes": KEYWORD,
            "codes": KEYWORD,
            "listed_at": {"type": "long"},
            "popularity": {"type": "double"},
            "boost": {"type": "double"},
            "place": {"type": "geo_point"},
            "words": _words(),
            **texts,
        },
    }


def _stores() -> dict[str, Any]:
    return {
        "dynamic": "strict",
        "_source": {"includes": ["card"]},
        "properties": {
            "card": SHOWN_ONLY,
            "shown": {"type": "boolean"},
            "store_id": KEYWORD,
            "categories": KEYWORD,
            "country": KEYWORD,
            "verified": {"type": "boolean"},
            "rating": {"type": "double"},
            "place": {"type": "geo_point"},
            "words": _words(),
            "name": _words(repeated=True),
            "description": _words(repeated=True),
        },
    }
