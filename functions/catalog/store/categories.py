"""Categories in the table: domain verbs outside, DynamoDB words inside.

CATEGORIES   TREE       the version of the tree's shape, a condition of every change of it
CATEGORIES   <cat_id>   one category
"""

from functools import cache

from functions.catalog.model.categories import Category, CategoryTree
from kernel.table import Item, Table

TREE = "CATEGORIES"


class Categories:
    def __init__(self) -> None:
        self._table = Table()

    def tree(self) -> CategoryTree:
        found, version, cursor = list[Item](), 0, None
        while True:
            page = self._table.query(TREE, limit=1000, cursor=cursor)
            for item in page.items:
                if item["sk"] == "TREE":
                    version = item["version"]
                else:
                    found.append(item)
            cursor = page.cursor
            if not cursor:
                return CategoryTree(items=[Category.model_validate_json(one["doc"]) for one in found], version=version)


@cache
def categories() -> Categories:
    return Categories()
