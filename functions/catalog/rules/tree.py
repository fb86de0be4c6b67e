"""The tree of categories: who is above whom, what is inherited, what may be changed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from functions.catalog.model.categories import (
    CATEGORIES,
    DEPTH,
    Attribute,
    AttributeTaken,
    Category,
    CategoryBelowItself,
    CategoryChange,
    CategoryNode,
    CategoryPage,
    CategoryTree,
    NewCategory,
    NoSuchCategory,
    PriceLimit,
    TreeFull,
    TreeTooDeep,
)


@dataclass(frozen=True)
class Tree:
    """All categories at one moment. `version` counts the changes of who is above whom."""

    nodes: Mapping[str, Category] = field(default_factory=dict)
    version: int = 0

    @cached_property
    def children(self) -> Mapping[str | None, Sequence[Category]]:
        found: dict[str | None, list[Category]] = {}
        for one in sorted(self.nodes.values(), key=lambda one: (one.position, one.category_id)):
            found.setdefault(one.parent_id, []).append(one)
        return found

    def category(self, category_id: str) -> Category:
        if category_id not in self.nodes:
            raise NoSuchCategory()
        return self.nodes[category_id]

    def line(self, category_id: str | None) -> list[Category]:
        """From the root to this category."""
        found: list[Category] = []
        while category_id is not None:
            found.append(self.category(category_id))
            category_id = found[-1].parent_id
        return found[::-1]

    def path(self, category_id: str | None) -> list[str]:
        return [one.category_id for one in self.line(category_id)]

    def below(self, category_id: str | None) -> Iterator[Category]:
        """Everything under a category, parents before their children."""
        for one in self.children.get(category_id, ()):
            yield one
            yield from self.below(one.category_id)

    def attributes(self, category_id: str | None) -> list[Attribute]:
        return [attribute for one in self.line(category_id) for attribute in one.attributes]

    def limits(self, category_id: str | None, platform: Mapping[str, PriceLimit]) -> dict[str, PriceLimit]:
        """For each currency what the nearest category says of it, else the platform."""
        limits = dict(platform)
        for one in self.line(category_id):
            limits |= one.price_limits
        return limits

    def height(self, category_id: str) -> int:
        return 1 + max((self.height(one.category_id) for one in self.children.get(category_id, ())), default=0)

    def menu(self) -> CategoryTree:
        nodes = (one.model_dump(include=set(CategoryNode.model_fields)) for one in self.below(None))
        return CategoryTree(items=[CategoryNode(**one) for one in nodes])

    def page(self, category_id: str) -> CategoryPage:
        return CategoryPage(
            **dict(self.category(category_id)),
            path=self.path(category_id),
            all_attributes=self.attributes(category_id),
            all_price_limits=self.limits(category_id, {}),
        )


def planted(tree: Tree, category_id: str, request: NewCategory) -> Category:
    """A new category, if there is room for it where it is to be."""
    if len(tree.nodes) >= CATEGORIES:
        raise TreeFull()
    if len(tree.line(request.parent_id)) >= DEPTH:
        raise TreeTooDeep()
    made = Category(category_id=category_id, **dict(request))
    _check_codes(tree, made, above=tree.line(made.parent_id))
    return made


def edited(tree: Tree, category_id: str, change: CategoryChange) -> Category:
    before = tree.category(category_id)
    sent = {name: getattr(change, name) for name in change.model_fields_set if getattr(change, name) is not None}
    after = _with(before, **sent)
    if after.attributes != before.attributes:
        _check_codes(tree, after, above=tree.line(before.parent_id))
    return after


def moved(tree: Tree, category_id: str, parent_id: str | None) -> Category:
    """With everything below it. Never below itself: that would be a ring which no root leads to."""
    before = tree.category(category_id)
    above = tree.line(parent_id)
    if any(one.category_id == category_id for one in above):
        raise CategoryBelowItself()
    if len(above) + tree.height(category_id) > DEPTH:
        raise TreeTooDeep()
    after = _with(before, parent_id=parent_id)
    for one in (after, *tree.below(category_id)):
        _check_codes(tree, one, above=above, below=False)
    return after


def with_image(category: Category, image_id: str | None) -> Category:
    return _with(category, image_id=image_id)


def _with(category: Category, **parts: Any) -> Category:
    return category.model_copy(update={**parts, "version": category.version + 1})


def _check_codes(tree: Tree, category: Category, *, above: Sequence[Category], below: bool = True) -> None:
    """One code means one thing on every line from a root to a leaf."""
    own = [one.code for one in category.attributes]
    others = [*above, *(tree.below(category.category_id) if below else ())]
    taken = {attribute.code for one in others for attribute in one.attributes}
    for code in own:
        if code in taken or own.count(code) > 1:
            raise AttributeTaken(f"The attribute {code} is defined twice on one line of the tree. Choose another code.")
