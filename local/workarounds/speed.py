"""Where MiniStack takes far longer than it has to: a laptop that imports 50,000 rows writes 150,000 items."""

import gc
from functools import lru_cache

CONDITIONS_REMEMBERED = 4_096
GARBAGE = (50_000, 20, 100)  # new objects, then rounds of the younger generations, before Python looks for garbage


def conditions_are_understood_once() -> None:
    """MiniStack checks the grammar of every condition of every write, and there are a few dozen different ones."""
    from ministack.services import dynamodb

    dynamodb._condition_syntax_error = lru_cache(CONDITIONS_REMEMBERED)(dynamodb._condition_syntax_error)


def garbage_is_looked_for_less_often() -> None:
    """All tables live in its memory: Python looks through them again and again, and finds nothing to throw away."""
    gc.set_threshold(*GARBAGE)
