"""Where MiniStack takes far longer than it has to: a laptop that imports 50,000 rows writes 150,000 items."""

import gc
import json
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

CONDITIONS_REMEMBERED = 4_096
REQUESTS_REMEMBERED = 4
SMALL = 1_000_000  # bytes of a request: however it is written out, it is below the four million of a transaction
GARBAGE = (50_000, 20, 100)  # new objects, then rounds of the younger generations, before Python looks for garbage


def conditions_are_understood_once() -> None:
    """MiniStack checks the grammar of every condition of every write, and there are a few dozen different ones."""
    from ministack.services import dynamodb

    dynamodb._condition_syntax_error = lru_cache(CONDITIONS_REMEMBERED)(dynamodb._condition_syntax_error)


def expressions_are_taken_apart_once() -> None:
    """Every write's condition is parted into its words twice. Each caller gets a list of its own."""
    from ministack.services import dynamodb

    words = lru_cache(CONDITIONS_REMEMBERED)(dynamodb._tokenize)
    dynamodb._tokenize = lambda expression: [*words(expression)]


def keys_are_compared_at_a_glance() -> None:
    """A query puts every row of a partition to its condition, page by page: an export of 50,000 goods, 500 times each.

    The three conditions that our queries have, on keys of text, take no parser. All others go the long way.
    """
    from ministack.services import dynamodb

    evaluate = dynamodb._evaluate_condition

    def evaluated(said: str, item: Any, values: Any, names: Any, slot: str = "ConditionExpression") -> Any:
        compare = _COMPARED.get(said) if slot == "KeyConditionExpression" else None
        operands = [_text(values.get(one)) for one in (":pk", ":sk") if one in said]
        if compare is None or None in operands:
            return evaluate(said, item, values, names, slot)
        keys = [_text(item.get(names.get(one))) for one in ("#pk", "#sk") if one in said]
        return None not in keys and keys[0] == operands[0] and compare(*keys[1:], *operands[1:])

    dynamodb._evaluate_condition = evaluated


_COMPARED: Mapping[str, Callable[..., bool]] = {
    "#pk = :pk": lambda: True,
    "#pk = :pk AND begins_with(#sk, :sk)": str.startswith,
    "#pk = :pk AND #sk < :sk": str.__lt__,
}


def _text(value: Any) -> str | None:
    return value.get("S") if isinstance(value, dict) else None


def transactions_are_granted_kind_by_kind() -> None:
    """For each of the hundred writes of a transaction MiniStack looks up who asks, what they may, and reads it anew.

    Of what is asked for twice, the same action on the same table, the answer is the same.
    """
    from ministack.core import iam_actions

    each = iam_actions.dynamodb_transaction_checks
    iam_actions.dynamodb_transaction_checks = lambda *request: [*dict.fromkeys(each(*request))]


def requests_are_read_once_for_their_grants() -> None:
    """Three questions, what is done, to which tables, and under which conditions: each parsed the whole request."""
    from ministack.core import iam_actions

    read = lru_cache(REQUESTS_REMEMBERED)(json.loads)
    iam_actions.json = SimpleNamespace(**{**vars(json), "loads": read})


def transactions_are_measured_as_they_came() -> None:
    """MiniStack writes each transaction out as JSON once more, only to see that it is not too long."""
    from ministack.services import dynamodb

    handle, write = dynamodb.handle_request, json.dumps
    came: ContextVar[int] = ContextVar("came")

    async def handled(method: str, path: str, headers: Any, body: bytes, *more: Any) -> Any:
        came.set(len(body))
        return await handle(method, path, headers, body, *more)

    def written(said: Any, **how: Any) -> str:
        is_small = isinstance(said, Mapping) and "TransactItems" in said and came.get(SMALL) < SMALL
        return "" if is_small else write(said, **how)

    dynamodb.handle_request = handled
    dynamodb.json = SimpleNamespace(**{**vars(json), "dumps": written})


def garbage_is_looked_for_less_often() -> None:
    """All tables live in its memory: Python looks through them again and again, and finds nothing to throw away."""
    gc.set_threshold(*GARBAGE)
