"""What indexes are called in OpenSearch, for the adapter and for whoever grants access to them. Imports nothing."""

LISTINGS, STORES = "listings", "stores"
ALIASES = (LISTINGS, STORES)  # what is searched; each stands for the newest finished generation


def next_of(alias: str) -> str:
    """The alias of the generation that is being filled, while one is."""
    return f"{alias}-next"


def index_name(kind: str, generation: str) -> str:
    return f"{kind}-{generation}"
