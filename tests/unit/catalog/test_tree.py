import pytest
from pydantic import ValidationError

from functions.catalog.model.categories import (
    Attribute,
    AttributeTaken,
    Category,
    CategoryBelowItself,
    CategoryChange,
    NewCategory,
    NoSuchCategory,
    PriceLimit,
    TreeFull,
    TreeTooDeep,
)
from functions.catalog.rules import tree as rules
from functions.catalog.rules.tree import Tree


def cat(name: str) -> str:
    return f"cat_{name:0>26}"


def a_tree(**parents: str | None) -> Tree:
    """A tree by its nodes' names and their parents'."""
    nodes = {
        cat(name): Category(category_id=cat(name), parent_id=parent and cat(parent), names={"en": name})
        for name, parent in parents.items()
    }
    return Tree(nodes, version=1)


def with_parts(tree: Tree, name: str, **parts: object) -> Tree:
    node = tree.category(cat(name))
    return Tree({**tree.nodes, cat(name): node.model_copy(update=parts)}, tree.version)


SMALL = a_tree(a=None, b="a", c="b", d="a")


def test_a_path_leads_from_the_root_to_the_category():
    assert SMALL.path(cat("c")) == [cat("a"), cat("b"), cat("c")]
    assert SMALL.path(None) == []
    with pytest.raises(NoSuchCategory):
        SMALL.path(cat("e"))


def test_a_menu_has_parents_before_their_children_and_siblings_in_order():
    tree = with_parts(SMALL, "d", position=0)
    tree = with_parts(tree, "b", position=1)
    assert [node.names["en"] for node in tree.menu().items] == ["a", "d", "b", "c"]


def test_a_category_never_comes_below_itself():
    for target in ("b", "c"):
        with pytest.raises(CategoryBelowItself):
            rules.moved(SMALL, cat("b"), cat(target))
    assert rules.moved(SMALL, cat("b"), cat("d")).parent_id == cat("d")
    assert rules.moved(SMALL, cat("b"), None).parent_id is None


def test_a_tree_is_at_most_eight_deep_whatever_moves():
    line: dict[str, str | None] = {"a": None} | {name: above for above, name in zip("abcdefg", "bcdefgh", strict=True)}
    tree = a_tree(**line, x=None, y="x")
    with pytest.raises(TreeTooDeep):
        rules.planted(tree, cat("z"), NewCategory(parent_id=cat("h"), names={"en": "z"}))
    assert rules.planted(tree, cat("z"), NewCategory(parent_id=cat("g"), names={"en": "z"})).parent_id == cat("g")
    with pytest.raises(TreeTooDeep):
        rules.moved(tree, cat("x"), cat("g"))
    assert rules.moved(tree, cat("x"), cat("f")).version == 2


def test_there_is_an_end_to_the_number_of_categories():
    full = a_tree(**{f"n{number}": None for number in range(2000)})
    with pytest.raises(TreeFull):
        rules.planted(full, cat("z"), NewCategory(names={"en": "z"}))


def test_attributes_and_limits_are_inherited_and_the_nearest_limit_holds():
    tree = with_parts(SMALL, "a", attributes=[Attribute(code="brand")], price_limits={"EUR": PriceLimit(floor=1)})
    tree = with_parts(tree, "b", attributes=[Attribute(code="size")], price_limits={"EUR": PriceLimit(floor=5)})
    assert [one.code for one in tree.attributes(cat("c"))] == ["brand", "size"]
    assert [one.code for one in tree.attributes(cat("d"))] == ["brand"]
    platform = {"EUR": PriceLimit(ceiling=9), "USD": PriceLimit(ceiling=7)}
    assert tree.limits(cat("c"), platform) == {"EUR": PriceLimit(floor=5), "USD": PriceLimit(ceiling=7)}
    assert tree.limits(cat("d"), platform)["EUR"] == PriceLimit(floor=1)
    assert tree.limits(None, platform) == platform


def test_one_code_means_one_thing_on_every_line_of_the_tree():
    tree = with_parts(SMALL, "b", attributes=[Attribute(code="size")])
    again = [Attribute(code="size")]
    for name in ("a", "c"):  # above and below it
        with pytest.raises(AttributeTaken):
            rules.edited(tree, cat(name), CategoryChange(attributes=again))
    assert rules.edited(tree, cat("d"), CategoryChange(attributes=again)).attributes == again
    with pytest.raises(AttributeTaken):
        rules.edited(SMALL, cat("d"), CategoryChange(attributes=again * 2))
    beside = with_parts(tree, "d", attributes=again)
    with pytest.raises(AttributeTaken):
        rules.moved(beside, cat("b"), cat("d"))
    with pytest.raises(AttributeTaken):
        rules.moved(with_parts(with_parts(SMALL, "c", attributes=again), "d", attributes=again), cat("b"), cat("d"))


def test_only_what_is_sent_of_a_category_changes():
    edited = rules.edited(SMALL, cat("b"), CategoryChange(names={"en": "B"}))
    assert edited == SMALL.category(cat("b")).model_copy(update={"names": {"en": "B"}, "version": 2})


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "choice"},
        {"kind": "text", "choices": [{"value": "S"}]},
        {"kind": "text", "minimum": 1},
        {"kind": "choice", "choices": [{"value": "S"}, {"value": "S"}]},
    ],
)
def test_an_attribute_fits_its_kind(said: dict[str, object]):
    with pytest.raises(ValidationError):
        Attribute.model_validate({"code": "size", **said})


def test_a_floor_is_not_above_its_ceiling():
    with pytest.raises(ValidationError):
        PriceLimit(floor=2, ceiling=1)
