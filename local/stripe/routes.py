"""Who answers what: each thing registers its addresses, and says which parameters of the package they take."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.stripe.wire import Document

if TYPE_CHECKING:
    from local.stripe.call import Call

Handler = Callable[["Call"], Document]
Later = Callable[["Call", Document], None]


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    params: str  # a name in stripe.params, or "" where the package has none
    handler: Handler
    public: bool  # whether the publishable key is enough, where the client's secret is shown too
    more: tuple[str, ...]  # what only Stripe's own script sends

    def match(self, method: str, path: str) -> dict[str, str] | None:
        if method != self.method:
            return None
        found = _pattern(self.path).fullmatch(path)
        return found.groupdict() if found else None


ROUTES: list[Route] = []
LATER: dict[str, Later] = {}  # what happens by itself when its time has come
_patterns: dict[str, re.Pattern[str]] = {}


def route(
    method: str, path: str, params: str = "", *, public: bool = False, more: tuple[str, ...] = ()
) -> Callable[[Handler], Handler]:
    def register(handler: Handler) -> Handler:
        ROUTES.append(Route(method, path, params, handler, public, more))
        ROUTES.sort(key=lambda one: one.path.count("{"))  # /v1/things/search before /v1/things/{id}
        return handler

    return register


def later(what: str) -> Callable[[Later], Later]:
    """`call.schedule(at, what, …)` has this called at that time, with what it was given."""

    def register(handler: Later) -> Later:
        LATER[what] = handler
        return handler

    return register


def found(method: str, path: str) -> Iterator[tuple[Route, dict[str, str]]]:
    for one in ROUTES:
        names = one.match(method, path)
        if names is not None:
            yield one, names


def known_path(path: str) -> bool:
    return any(_pattern(one.path).fullmatch(path) for one in ROUTES)


def _pattern(path: str) -> re.Pattern[str]:
    if path not in _patterns:
        _patterns[path] = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))
    return _patterns[path]


def register_all() -> None:
    """Every file in objects/ is a thing of Stripe's; importing it registers its addresses."""
    import importlib
    import pkgutil

    from local.stripe import objects

    for module in pkgutil.iter_modules(objects.__path__):
        importlib.import_module(f"{objects.__name__}.{module.name}")
