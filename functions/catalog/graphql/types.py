"""GraphQL's types, read from the models of the routes: what a route sends or takes has one description, not two."""

import types
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLEnumValue,
    GraphQLField,
    GraphQLFloat,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLString,
    ValueNode,
    value_from_ast_untyped,
)
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from kernel.money import Money

INT_MAX = 2**31 - 1  # GraphQL's own Int is no longer


def _whole(value: Any) -> int:
    if type(value) is not int:
        raise ValueError("a whole number")
    return value


def _ast(node: ValueNode, variables: Mapping[str, Any] | None = None) -> Any:
    return value_from_ast_untyped(node, dict(variables or {}))


LONG = GraphQLScalarType(
    "Long",
    description="A whole number, also beyond 32 bits: amounts of money are of this kind.",
    serialize=_whole,
    parse_value=_whole,
)
JSON = GraphQLScalarType(
    "JSON",
    description="A JSON value: texts by language, prices by currency, attributes by code.",
    parse_value=lambda value: value,
    parse_literal=_ast,
)
DATE_TIME = GraphQLScalarType("DateTime", description="A moment, as RFC 3339 writes it.")
DATE = GraphQLScalarType("Date", description="A day, as RFC 3339 writes it.")
PLAIN: Mapping[Any, Any] = {
    str: GraphQLString,
    bool: GraphQLBoolean,
    float: GraphQLFloat,
    datetime: DATE_TIME,
    date: DATE,
}
MONEY = {"minor": GraphQLNonNull(LONG), "currency": GraphQLNonNull(GraphQLString)}
MONEY_TOLD = "An amount in whole minor units of an ISO 4217 currency."


class Types:
    """Each model becomes one type, with the fields that lead on from it.

    `words` are the names that the domain has given to its closed sets of words.
    """

    def __init__(
        self, words: Mapping[tuple[str, ...], str], linked: Callable[["Types", str], dict[str, GraphQLField]]
    ) -> None:
        self._words, self._linked = words, linked
        self._enums: dict[tuple[str, ...], GraphQLEnumType] = {}
        self._answers: dict[type[BaseModel], GraphQLObjectType] = {}
        self._inputs: dict[type[BaseModel], GraphQLInputObjectType] = {}
        self._money = GraphQLObjectType("Money", {n: GraphQLField(t) for n, t in MONEY.items()}, description=MONEY_TOLD)
        self._money_input = GraphQLInputObjectType(
            "MoneyInput", {n: GraphQLInputField(t) for n, t in MONEY.items()}, description=MONEY_TOLD
        )

    def answer(self, annotation: Any) -> Any:
        """Of what is answered; None, of a route without content, becomes true."""
        if annotation in (None, type(None)):
            return GraphQLNonNull(GraphQLBoolean)
        return self._read(annotation, self._answer, self._money)

    def argument(self, annotation: Any, info: FieldInfo | None = None) -> Any:
        return self._read(annotation, self._input, self._money_input, info)

    def _read(self, annotation: Any, model: Callable[[Any], Any], money: Any, info: FieldInfo | None = None) -> Any:
        annotation, notes = _bare(annotation)
        inside = [one for one in get_args(annotation) if one is not type(None)]
        if get_origin(annotation) in (Union, types.UnionType) and len(inside) < len(get_args(annotation)):
            rest: Any = reduce(or_, inside)
            return nullable(self._read(Annotated[rest, *notes] if notes else rest, model, money, info))
        limits = [*notes, *(info.metadata if info else ())]
        return GraphQLNonNull(self._plain(annotation, limits, model, money))

    def _plain(self, annotation: Any, notes: list[Any], model: Callable[[Any], Any], money: Any) -> Any:
        origin = get_origin(annotation)
        if annotation in PLAIN:
            return PLAIN[annotation]
        if annotation is int:
            most = [one.le for one in _flat(notes) if getattr(one, "le", None) is not None]
            return GraphQLInt if most and most[0] <= INT_MAX else LONG
        if annotation is Money:
            return money
        if origin is Literal:
            return self._word(get_args(annotation))
        if origin is list:
            return GraphQLList(self._read(get_args(annotation)[0], model, money))
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            return model(annotation)
        return JSON  # a dict, or one of several kinds of value

    def _word(self, values: tuple[str, ...]) -> Any:
        if values not in self._words or not all(value.isidentifier() for value in values):
            return GraphQLString
        if values not in self._enums:
            named = {value: GraphQLEnumValue(value) for value in values}
            self._enums[values] = GraphQLEnumType(self._words[values], named)
        return self._enums[values]

    def _answer(self, model: type[BaseModel]) -> GraphQLObjectType:
        if model not in self._answers:
            name = model.__name__
            self._answers[model] = GraphQLObjectType(
                name,
                lambda: (
                    {field: GraphQLField(self.answer(_annotated(info))) for field, info in fields(model)}
                    | self._linked(self, name)
                ),
                description=_told(model),
            )
        return self._answers[model]

    def _input(self, model: type[BaseModel]) -> GraphQLInputObjectType:
        if model not in self._inputs:
            name = model.__name__
            self._inputs[model] = GraphQLInputObjectType(
                f"{name}Input",
                lambda: {field: self._input_field(info) for field, info in fields(model)},
                description=_told(model),
            )
        return self._inputs[model]

    def _input_field(self, info: FieldInfo) -> GraphQLInputField:
        """What may be left out is left out: its default is the model's, and never told twice."""
        kind = self.argument(_annotated(info))
        return GraphQLInputField(kind if info.is_required() else nullable(kind), description=info.description)


def fields(model: type[BaseModel]) -> list[tuple[str, FieldInfo]]:
    model.model_rebuild()  # models are built when they are first needed
    return list(model.model_fields.items())


def _annotated(info: FieldInfo) -> Any:
    return Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation


def _bare(annotation: Any) -> tuple[Any, list[Any]]:
    notes: list[Any] = []
    while get_origin(annotation) is Annotated:
        annotation, *more = get_args(annotation)
        notes += more
    return annotation, notes


def _flat(notes: list[Any]) -> list[Any]:
    return [one for note in notes for one in (note.metadata if isinstance(note, FieldInfo) else [note])]


def nullable(kind: Any) -> Any:
    return kind.of_type if isinstance(kind, GraphQLNonNull) else kind


def _told(model: type[BaseModel]) -> str | None:
    return " ".join((vars(model).get("__doc__") or "").split()) or None
