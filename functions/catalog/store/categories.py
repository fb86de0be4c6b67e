"""Categories in the table: domain verbs outside, DynamoDB words inside.

CATEGORIES   TREE            the version of the tree's shape: a condition of every change of it, so of two that would
                             together make a ring or an orphan, one is refused
CATEGORIES   <cat_id>        one category
DUE#refile   <time>#<cat>    offers below the category's former path are to be sorted anew
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache

from functions.catalog import events
from functions.catalog.model.categories import Category, TreeChanged
from functions.catalog.rules.tree import Tree
from kernel import clock
from kernel.events import Data, Event
from kernel.table import Change, Item, Receipt, Table, delete, put, update

TREE = "CATEGORIES"
REMEMBERED_FOR = timedelta(seconds=30)
# By then whoever sorted by a remembered tree has committed: the second run finds what they put into the old place.
REFILED_AGAIN_AFTER = timedelta(seconds=90)


class Categories:
    def __init__(self) -> None:
        self._table = Table()
        self._remembered: tuple[datetime, Tree] | None = None

    def tree(self, having: str | None = None) -> Tree:
        """As it was at most thirty seconds ago: good enough to show it and to sort goods into it.

        Read anew where it lacks the category that somebody names: another process may have heard of it just now.
        """
        now = clock.now()
        fresh = self._remembered is not None and now - self._remembered[0] <= REMEMBERED_FOR
        if not self._remembered or not fresh or (having and having not in self._remembered[1].nodes):
            self._remembered = (now, self.tree_now())
        return self._remembered[1]

    def tree_now(self) -> Tree:
        found, version = dict[str, Category](), 0
        for item in self._table.every(TREE, at_once=1000):
            if item["sk"] == "TREE":
                version = item["version"]
            else:
                found[item["sk"]] = Category.model_validate_json(item["doc"])
        return Tree(found, version)

    def plant(self, tree: Tree, category: Category, told: Data, receipt: Receipt | None) -> None:
        made = put(_item(category)).absent().otherwise(TreeChanged())
        self._changed([made, _shape(tree)], category, "created", told, receipt)

    def edit(
        self,
        category: Category,
        *,
        expecting: int,
        told: Data,
        receipt: Receipt | None,
        also: Sequence[Change] = (),
        news: Sequence[Event] = (),
    ) -> None:
        """What a category is called and asks for. Codes of attributes are compared with others': see `reshape`."""
        self._changed([_newer(category, expecting), *also], category, "edited", told, receipt, news)

    def reshape(self, tree: Tree, category: Category, *, expecting: int, told: Data, receipt: Receipt | None) -> None:
        """A change that is right only as long as the rest of the tree is as it was read."""
        moved = category.parent_id != tree.category(category.category_id).parent_id
        path, now = tree.path(category.category_id), clock.now()
        again = [_refile(path, now + wait) for wait in (timedelta(), REFILED_AGAIN_AFTER)] if moved else []
        changes = [_newer(category, expecting), _shape(tree), *again]
        self._changed(changes, category, "moved" if moved else "edited", told, receipt)

    def to_refile(self, now: datetime, *, limit: int = 10) -> list[tuple[list[str], str]]:
        """The paths below which offers wait to be sorted anew, each with the row that says so."""
        page = self._table.query("DUE#refile", limit=limit, before=clock.rfc3339(now))
        return [(item["path"], item["sk"]) for item in page.items]

    def refiled(self, due: str) -> None:
        self._table.commit([delete("DUE#refile", due)])

    def _changed(
        self,
        changes: Sequence[Change],
        category: Category,
        how: events.How,
        told: Data,
        receipt: Receipt | None,
        news: Sequence[Event] = (),
    ) -> None:
        changed = events.CategoryChanged(category_id=category.category_id, how=how)
        own = [Event(data, category.category_id, category.version) for data in (changed, told)]
        self._table.commit(changes, [*own, *news], receipt)
        self._remembered = None


@cache
def categories() -> Categories:
    return Categories()


def _newer(category: Category, expecting: int) -> Change:
    return put(_item(category)).when(version=expecting).otherwise(TreeChanged())


def _shape(tree: Tree) -> Change:
    return update(TREE, "TREE").add(version=1).when(version=tree.version or None).otherwise(TreeChanged())


def _item(category: Category) -> Item:
    doc = category.model_dump_json(exclude_defaults=True)
    return {"pk": TREE, "sk": category.category_id, "version": category.version, "doc": doc}


def _refile(path: Sequence[str], at: datetime) -> Change:
    """By the path that there was: below it lies in the index what is to be moved."""
    return put({"pk": "DUE#refile", "sk": f"{clock.rfc3339(at)}#{path[-1]}", "path": list(path)})
