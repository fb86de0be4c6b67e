"""The index of this stage, as the environment names it; its library is imported on first use and not before."""

from functools import cache
from pathlib import Path

from functions.search.index.port import Index, IndexAway
from kernel import settings


@cache
def index() -> Index:
    if folder := settings.optional_env("SEARCH_FOLDER"):
        from functions.search.index.embedded.index import EmbeddedIndex  # tantivy, which the cloud does not have

        return EmbeddedIndex(Path(folder))
    if endpoint := settings.optional_env("SEARCH_ENDPOINT"):
        from functions.search.index.cloud.index import CloudIndex  # not loaded by who only reads the table

        return CloudIndex(endpoint)
    raise IndexAway("No index is set up: the environment names neither SEARCH_FOLDER nor SEARCH_ENDPOINT.")
