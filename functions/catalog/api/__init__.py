"""The catalogue over HTTP: what there is to buy, who sells it, how it is sorted."""

from functions.catalog.api import categories, images, proposals
from functions.catalog.api.app import api

__all__ = ["api", "categories", "handler", "images", "proposals"]

handler = api.handler
