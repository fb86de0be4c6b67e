"""Which index this process asks: its environment says, and only that one's code is ever imported."""

from functools import cache
from pathlib import Path

from functions.search.index.port import Index, IndexAway
from kernel import settings


@cache
def index() -> Index:
    if folder := settings.optional_env("SEARCH_FOLDER"):
        from functions.search.index.embedded.index import EmbeddedIndex

        return EmbeddedIndex(Path(folder))
    if settings.optional_env("SEARCH_ENDPOINT"):
        raise IndexAway("The index in the cloud is not there yet.")
    raise IndexAway("Neither SEARCH_FOLDER nor SEARCH_ENDPOINT is set; the domain's stack must set one.")
