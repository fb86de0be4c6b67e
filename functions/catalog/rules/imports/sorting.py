"""Where goods belong, and what they are like there: a category by its names, attributes by what it asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from functions.catalog.model.categories import Attribute, PriceLimit
from functions.catalog.model.products import AttributeValue
from functions.catalog.rules.imports.cells import Unreadable, number, yes_or_no
from functions.catalog.rules.tree import Tree

APART = " > "  # between the names of a path
LISTED = " | "  # between several values of one attribute


class Sorting:
    """The tree as a file speaks of it. Made once for many rows: what a category asks for is worked out once, too."""

    def __init__(self, tree: Tree, platform: Mapping[str, PriceLimit]) -> None:
        self._tree, self._platform = tree, platform
        self._asked: dict[str | None, Asked] = {}

    def category(self, text: str) -> str:
        """By its id, by the names from the root on, or by its own name, where only one has it."""
        if text in self._tree.nodes:
            return text
        found = self._named.get(_folded(text), set())
        if len(found) > 1:
            raise Unreadable("several categories have this name: write the path, such as Home > Kitchen > Knives")
        if not found:
            raise Unreadable("there is no such category")
        return next(iter(found))

    def of(self, category_id: str | None) -> "Asked":
        """A category that is gone in the meantime asks for nothing, and has no place."""
        if category_id not in self._asked:
            there = category_id if category_id in self._tree.nodes else None
            attributes = {one.code: one for one in self._tree.attributes(there)}
            limits = self._tree.limits(there, self._platform)
            self._asked[category_id] = Asked(self._tree.path(there), attributes, limits)
        return self._asked[category_id]

    def path_text(self, category_id: str | None, locale: str) -> str:
        """As `category` finds it again: by names, unless those would not lead back."""
        if category_id not in self._tree.nodes:
            return ""
        names = [one.names.get(locale) or next(iter(one.names.values())) for one in self._tree.line(category_id)]  # type: ignore[call-overload]  # any language will do
        text = APART.join(names)
        return text if self._named.get(_folded(text)) == {category_id} else str(category_id)

    @cached_property
    def _named(self) -> Mapping[str, set[str]]:
        found: dict[str, set[str]] = {}
        for category_id in self._tree.nodes:
            line = self._tree.line(category_id)
            for locale in {locale for one in line for locale in one.names}:
                names = [one.names.get(locale) or next(iter(one.names.values())) for one in line]
                for name in (names[-1], APART.join(names)):
                    found.setdefault(_folded(name), set()).add(category_id)
        return found


@dataclass(frozen=True, slots=True)
class Asked:
    """What a category asks of the goods in it. Whether they have it is checked with all else; here it is only read."""

    path: list[str]
    attributes: Mapping[str, Attribute]
    limits: Mapping[str, PriceLimit]

    def attribute(self, code: str, text: str) -> AttributeValue:
        asked = self.attributes.get(code)
        if asked is None:
            raise Unreadable("the product's category has no such attribute")
        match asked.kind:
            case "number":
                return number(text)
            case "flag":
                return yes_or_no(text)
            case "choice":
                return _chosen(asked, text)
            case "choices":
                return [_chosen(asked, one) for one in text.split(LISTED.strip()) if one.strip()][:20]
        return text


def attribute_text(value: AttributeValue) -> str:
    """As `attribute` reads it again."""
    match value:
        case bool():
            return "yes" if value else "no"
        case list():
            return LISTED.join(value)
        case float():
            return repr(value)
    return str(value)


def _chosen(asked: Attribute, text: str) -> str:
    folded = text.strip().casefold()
    for one in asked.choices:
        if folded in (one.value.casefold(), *(label.casefold() for label in one.labels.values())):
            return one.value
    raise Unreadable(f"this is none of {', '.join(one.value for one in asked.choices[:20])}")


def _folded(text: str) -> str:
    return ">".join(" ".join(name.split()).casefold() for name in text.split(">"))
