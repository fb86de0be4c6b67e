"""How deep and how dear a query may be, reckoned before anything is read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    VariableNode,
    get_named_type,
)

from kernel.errors import Invalid

TOKENS = 2_000
DEPTH = 10
COST = 5_000
ROOTS = 10
LOAD = 10  # of a field that reads, with others of its level or as an operation: as much as ten that only tell
OWN_LOAD = 100  # of a field that reads for each item by itself
A_PAGE = 20  # where nobody says how many
A_LIST = 5  # of what an item has several of
MOST = 50  # that any page is long


class QueryTooDeep(Invalid):
    """This query goes more than ten fields deep. Ask in several queries."""


class QueryTooDear(Invalid):
    """This query could read too much. Ask for shorter pages, or in several queries."""


class TooManyOperations(Invalid):
    """A request carries out one mutation, or at most ten queries."""


class NoSuchOperation(Invalid):
    """Name the operation to carry out: the document has none of that name, or several."""


def check(schema: GraphQLSchema, document: DocumentNode, name: str | None, variables: Mapping[str, Any]) -> None:
    """The document has been validated: its fragments form no ring, and each field is there."""
    operation = chosen(document, name)
    fragments = {one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)}
    root = schema.get_root_type(operation.operation)
    assert root
    reckoning = _Reckoning(fragments, variables)
    roots = list(reckoning.picked(operation.selection_set))
    writes = operation.operation is OperationType.MUTATION
    if len(roots) > (1 if writes else ROOTS):
        raise TooManyOperations()
    reckoning.reckon(root, operation.selection_set, times=1, page=A_PAGE, depth=1)


def chosen(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    found = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    named = [one for one in found if one.name and one.name.value == name] if name else found
    if len(named) != 1:
        raise NoSuchOperation()
    return named[0]


@dataclass
class _Reckoning:
    """Stops at the limit, so that a query made to be reckoned for ever is not."""

    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, Any]
    cost: int = 0

    def reckon(
        self, parent: GraphQLObjectType, selected: SelectionSetNode, *, times: int, page: int, depth: int
    ) -> None:
        if depth > DEPTH:
            raise QueryTooDeep()
        for node in self.picked(selected):
            declared = parent.fields.get(node.name.value)
            if not declared:
                continue  # what every schema has, and tells only of itself: its depth is limited where it is validated
            self.cost += times * declared.extensions.get("cost", 1)
            if self.cost > COST:
                raise QueryTooDear()
            kind = get_named_type(declared.type)
            if not node.selection_set or not isinstance(kind, GraphQLObjectType):
                continue
            asked = self.page_of(node) if "limit" in declared.args else page
            many = (page if node.name.value == "items" else A_LIST) if _is_list(declared.type) else 1
            self.reckon(kind, node.selection_set, times=times * many, page=asked, depth=depth + 1)

    def picked(self, selected: SelectionSetNode) -> Iterator[FieldNode]:
        """A fragment's are those of whoever spreads it."""
        for node in selected.selections:
            match node:
                case FieldNode():
                    yield node
                case InlineFragmentNode():
                    yield from self.picked(node.selection_set)
                case FragmentSpreadNode():
                    yield from self.picked(self.fragments[node.name.value].selection_set)

    def page_of(self, node: FieldNode) -> int:
        for given in node.arguments or ():
            if given.name.value == "limit":
                value = given.value
                told = self.variables.get(value.name.value) if isinstance(value, VariableNode) else None
                told = int(value.value) if isinstance(value, IntValueNode) else told
                return min(max(told, 1), MOST) if isinstance(told, int) else MOST
        return A_PAGE


def _is_list(kind: Any) -> bool:
    while isinstance(kind, GraphQLNonNull):
        kind = kind.of_type
    return isinstance(kind, GraphQLList)
