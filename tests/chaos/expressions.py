"""The part of DynamoDB's expression language that the kernel writes, compiled once; anything else is refused."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

Value = Mapping[str, Any]  # one typed attribute value, such as {"S": "usr_1"}
Item = dict[str, Value]

TOKEN = re.compile(r"\s*([#:]?\w+|>=|[=<(),])")


class Unsupported(Exception):
    """The kernel wrote what the in-memory table does not know: teach the table and its conformance test first."""


class InvalidUpdate(Exception):
    """DynamoDB would answer ValidationException: the update does not fit the item it meets."""


class Context(NamedTuple):
    item: Mapping[str, Value]
    names: Mapping[str, str]
    values: Mapping[str, Value]


Condition = Callable[[Context], bool]


class Update(NamedTuple):
    sets: tuple[tuple[str, str], ...]
    adds: tuple[tuple[str, str], ...]
    removes: tuple[str, ...]

    def apply(self, context: Context, keys: tuple[str, ...]) -> Item:
        item, names, values = context
        new = dict(item)
        touched = [names[name] for name in (*(name for name, _ in self.sets + self.adds), *self.removes)]
        if len(set(touched)) != len(touched) or set(touched) & set(keys):
            raise InvalidUpdate("two clauses change one attribute, or a clause changes a key")
        for name, value in self.sets:
            new[names[name]] = values[value]
        for name, value in self.adds:
            new[names[name]] = plus(new.get(names[name], {"N": "0"}), values[value])
        for name in self.removes:
            new.pop(names[name], None)
        return new


def plus(left: Value, right: Value) -> Value:
    if "N" not in left or "N" not in right:
        raise InvalidUpdate("ADD needs numbers")
    return {"N": str(int(left["N"]) + int(right["N"]))}


def compare(sign: str, left: Value | None, right: Value) -> bool:
    """An absent attribute or one of another type compares false, whatever the sign."""
    if left is None or left.keys() != right.keys():
        return False
    if "N" in left:
        a: Any = Decimal(left["N"])
        b: Any = Decimal(right["N"])
    elif sign == "=":
        return left == right
    elif "S" in left:
        a, b = left["S"].encode(), right["S"].encode()
    else:
        raise Unsupported(f"{sign} on {set(left)}")
    return bool(a == b if sign == "=" else a >= b if sign == ">=" else a < b)


class Parser:
    """Recursive descent; every method reads one construct and returns what evaluates it."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self.tokens = TOKEN.findall(text)
        if "".join(self.tokens) != re.sub(r"\s+", "", text):
            raise Unsupported(text)

    def take(self, pattern: str) -> str:
        token: str = self.tokens[self.at] if self.at < len(self.tokens) else ""
        if not re.fullmatch(pattern, token):
            raise Unsupported(self.text)
        self.at += 1
        return token

    def accept(self, word: str) -> bool:
        found = self.tokens[self.at : self.at + 1] == [word]
        self.at += found
        return found

    def condition(self) -> Condition:
        parts = [self.conjunction()]
        while self.accept("OR"):
            parts.append(self.conjunction())
        return parts[0] if len(parts) == 1 else lambda context: any(part(context) for part in parts)

    def conjunction(self) -> Condition:
        parts = [self.test()]
        while self.accept("AND"):
            parts.append(self.test())
        return parts[0] if len(parts) == 1 else lambda context: all(part(context) for part in parts)

    def test(self) -> Condition:
        if self.accept("("):
            inner = self.condition()
            self.take(r"\)")
            return inner
        for word, wanted in (("attribute_exists", True), ("attribute_not_exists", False)):
            if self.accept(word):
                name = self.bracketed()
                return lambda context: (context.names[name] in context.item) is wanted
        if self.accept("begins_with"):
            self.take(r"\(")
            name = self.take("#.+")
            self.take(",")
            prefix = self.take(":.+")
            self.take(r"\)")
            return lambda c: c.item[c.names[name]]["S"].startswith(c.values[prefix]["S"])
        name, sign, value = self.take("#.+"), self.take("=|>=|<"), self.take(":.+")
        return lambda c: compare(sign, c.item.get(c.names[name]), c.values[value])

    def bracketed(self) -> str:
        self.take(r"\(")
        name = self.take("#.+")
        self.take(r"\)")
        return name

    def update(self) -> Update:
        sets: list[tuple[str, str]] = []
        adds: list[tuple[str, str]] = []
        removes: list[str] = []
        while self.at < len(self.tokens):
            clause, more = self.take("SET|ADD|REMOVE"), True
            while more:
                name = self.take("#.+")
                if clause == "SET":
                    self.take("=")
                    sets.append((name, self.take(":.+")))
                elif clause == "ADD":
                    adds.append((name, self.take(":.+")))
                else:
                    removes.append(name)
                more = self.accept(",")
        return Update(tuple(sets), tuple(adds), tuple(removes))


@lru_cache(maxsize=4096)
def condition(text: str) -> Condition:
    parser = Parser(text)
    compiled = parser.condition()
    if parser.at != len(parser.tokens):
        raise Unsupported(text)
    return compiled


@lru_cache(maxsize=4096)
def update(text: str) -> Update:
    return Parser(text).update()


EQUALS = re.compile(r"(#\w+) = (:\w+)")


def partition(text: str, names: Mapping[str, str], values: Mapping[str, Value]) -> tuple[str, str]:
    """The key that a key condition is about, the table's or an index's, and the one partition it names."""
    equals = EQUALS.match(text)
    if not equals or not names[equals[1]].endswith("pk"):
        raise Unsupported(text)
    return names[equals[1]], str(values[equals[2]]["S"])
