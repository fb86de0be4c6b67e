"""Categories: nodes of one tree, that products are sorted into."""

from typing import Annotated

from pydantic import Field, StringConstraints

from functions.catalog.model.names import CategoryId, Locale, Version
from kernel.http import Answer

CategoryName = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80), Field(examples=["Cameras"])
]
CategoryNames = Annotated[dict[Locale, CategoryName], Field(min_length=1, examples=[{"en": "Cameras"}])]


class Category(Answer):
    """One node. A root has no parent."""

    category_id: CategoryId
    parent_id: CategoryId | None = None
    names: CategoryNames
    version: Version = 1


class CategoryTree(Answer):
    """`version` counts the changes of the tree's shape."""

    items: list[Category]
    version: Version = 0
