"""What an answer looks like, by the annotations of Stripe's own package: it is generated from what describes the API.

Nothing here knows the stand-in, nor how that checks itself: what lies about a shape lies to its own checks as well.
"""

import ast
import importlib
import inspect
import sys
import types
import typing
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, ClassVar, ForwardRef, Literal, Union, get_args, get_origin

from stripe._list_object import ListObject
from stripe._object_classes import OBJECT_CLASSES
from stripe._stripe_object import StripeObject, UntypedStripeObject

Wrong = tuple[str, str]  # where, and what

UNSAID = {"object"}  # of parts of an object the package does not always say that they have one


def class_of(kind: str) -> type[StripeObject] | None:
    found = OBJECT_CLASSES.get(kind)
    return getattr(importlib.import_module(found[0]), found[1]) if found else None


def wrong_with(answer: Mapping[str, Any]) -> list[Wrong]:
    """An object as Stripe would answer with it, or what is wrong with it."""
    kind = str(answer.get("object"))
    if kind == "list":
        return [one for number, item in enumerate(answer.get("data", [])) for one in _under(number, item)] + [
            (f"list.{name}", "missing") for name in ("data", "has_more", "url") if name not in answer
        ]
    if answer.get("deleted") is True:
        return [] if {"id", "object", "deleted"} == answer.keys() else [(kind, "a deleted object says nothing else")]
    if (shape := class_of(kind)) is None:
        return [("object", f"{kind!r} is no object of Stripe's")]
    return list(_object(answer, shape, kind))


def _under(number: int, item: Mapping[str, Any]) -> list[Wrong]:
    return [(f"data[{number}].{where}", what) for where, what in wrong_with(item)]


@cache
def fields(shape: type[StripeObject]) -> dict[str, tuple[Any, type]]:
    """Name → annotation and the class that has it."""
    found: dict[str, tuple[Any, type]] = {}
    for owner in reversed(shape.__mro__):
        if owner in (StripeObject, UntypedStripeObject) or not owner.__module__.startswith("stripe"):
            continue
        for name, annotation in inspect.get_annotations(owner).items():
            if not name.startswith("_") and name != "OBJECT_NAME" and get_origin(annotation) is not ClassVar:
                found[name.rstrip("_")] = (annotation, owner)
    return found


@cache
def meant_by(text: str, owner: type) -> Any:
    """A forward reference, by the names that its module has, and by those that it imports for type checkers alone."""
    return eval(text, {**vars(typing), **_imported(owner.__module__), **vars(sys.modules[owner.__module__])})


@cache
def _imported(module: str) -> dict[str, Any]:
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    asides = [node for node in tree.body if isinstance(node, ast.If)]
    imports = [node for aside in asides for node in aside.body if isinstance(node, ast.ImportFrom) and node.module]
    return {
        name.asname or name.name: getattr(importlib.import_module(str(one.module)), name.name)
        for one in imports
        for name in one.names
        if ".params" not in str(one.module)
    }


def _object(value: Any, shape: type[StripeObject], where: str) -> Iterator[Wrong]:
    if not isinstance(value, Mapping):
        yield where, f"{type(value).__name__} for {shape.__name__}"
        return
    known = fields(shape)  # type: ignore[arg-type]  # it has a hash, whatever the checker thinks
    for name, held in value.items():
        if name in known:
            yield from _value(held, *known[name], f"{where}.{name}")
        elif name not in UNSAID:
            yield f"{where}.{name}", "there is no such field"
    for name, (annotation, owner) in known.items():
        if name not in value and not _optional(annotation, owner):
            yield f"{where}.{name}", "missing"


def _read(annotation: Any, owner: type) -> Any:
    if isinstance(annotation, ForwardRef):
        annotation = annotation.__forward_arg__
    return meant_by(annotation, owner) if isinstance(annotation, str) else annotation


def _optional(annotation: Any, owner: type) -> bool:
    read = _read(annotation, owner)
    return read is Any or type(None) in get_args(read)


def _value(value: Any, annotation: Any, owner: type, where: str) -> Iterator[Wrong]:
    read = _read(annotation, owner)
    origin = get_origin(read)
    if read is Any:
        return
    if origin in (Union, types.UnionType):
        yield from _one_of(value, get_args(read), owner, where)
    elif origin is Literal:
        if value not in get_args(read):
            yield where, f"{value!r} is none of {', '.join(map(str, get_args(read)))}"
    elif origin is list:
        yield from _all_of(value, get_args(read)[0], owner, where)
    elif origin is dict:
        if not isinstance(value, Mapping):
            yield where, f"{type(value).__name__} for an object"
        else:
            for name, held in value.items():
                yield from _value(held, get_args(read)[1], owner, f"{where}.{name}")
    else:
        yield from _plain(value, origin or read, get_args(read), owner, where)


def _one_of(value: Any, ways: tuple[Any, ...], owner: type, where: str) -> Iterator[Wrong]:
    if value is None:
        if type(None) not in ways:
            yield where, "null"
        return
    read = [_read(way, owner) for way in ways if way is not type(None)]
    # A literal beside a plain string means: these values, and whatever Stripe may add. What is not there yet is wrong.
    if isinstance(value, str) and (words := [way for way in read if get_origin(way) is Literal]):
        read = [way for way in read if way is not str] if str in read else read
        read = words if all(way is str or way in words for way in read) else read
    tried = [list(_value(value, way, owner, where)) for way in read]
    if all(tried):
        yield from min(tried, key=len)


def _all_of(value: Any, annotation: Any, owner: type, where: str) -> Iterator[Wrong]:
    if not isinstance(value, list):
        yield where, f"{type(value).__name__} for a list"
        return
    for number, held in enumerate(value):
        yield from _value(held, annotation, owner, f"{where}[{number}]")


def _plain(value: Any, wanted: Any, arguments: tuple[Any, ...], owner: type, where: str) -> Iterator[Wrong]:
    if not isinstance(wanted, type):
        return
    if issubclass(wanted, ListObject):
        if not isinstance(value, Mapping) or value.get("object") != "list":
            yield where, "no list object"
            return
        yield from ((f"{where}.{name}", "missing") for name in ("data", "has_more", "url") if name not in value)
        yield from _all_of(value.get("data"), arguments[0] if arguments else Any, owner, f"{where}.data")
    elif issubclass(wanted, UntypedStripeObject):
        if not isinstance(value, Mapping):
            yield where, f"{type(value).__name__} for an object"
    elif issubclass(wanted, StripeObject):
        yield from _object(value, wanted, where)
    elif wanted.__name__ == "Decimal":
        if not isinstance(value, str):
            yield where, f"a decimal is text, not {type(value).__name__}"
    elif type(value) is not wanted and not (wanted is float and type(value) is int):
        yield where, f"{value!r} is {type(value).__name__}, not {wanted.__name__}"
