"""The catalogue over HTTP: what there is to buy, who sells it, how it is sorted."""

from functions.catalog.api import (
    categories,
    database,
    downloads,
    files,
    images,
    imports,
    items,
    keys,
    offers,
    products,
    proposals,
    requests,
)
from functions.catalog.api.app import api

__all__ = [
    "api",
    "categories",
    "database",
    "downloads",
    "files",
    "handler",
    "images",
    "imports",
    "items",
    "keys",
    "offers",
    "products",
    "proposals",
    "requests",
]

handler = api.handler
