"""Generations of the index and the aliases that stand for them: which one is searched, and which one is being filled.

`listings` and `stores` are what people search; `listings-next` and `stores-next` exist while a generation is filled. An
alias moves in one step, and nothing but an alias is ever written to: what has been deleted cannot come back by a write.
"""

from collections.abc import Mapping
from typing import Any

from functions.search.index.cloud.mapping import index_of
from functions.search.index.cloud.names import ALIASES, LISTINGS, index_name, next_of
from functions.search.index.cloud.signed import Asking, Refused, Signed
from functions.search.index.port import RebuildElsewhere

WITHIN_S = 20.0
FIRST = "first"

Named = Mapping[str, frozenset[str]]  # every index, and the aliases that stand for it


class Generations:
    def __init__(self, cluster: Signed) -> None:
        self._cluster = cluster

    def both(self) -> tuple[str | None, str | None]:
        """The one in use, and the one that is being filled."""
        named = self._named()
        return _generation(named, LISTINGS), _generation(named, next_of(LISTINGS))

    def begin(self, generation: str) -> None:
        """An index comes to be together with its alias, so that nobody finds one without the other.

        Two who begin at the same time may both see the other, and both give up: better than both going on.
        """
        named = self._named()
        if _generation(named, LISTINGS) == generation:
            return
        _alone(named, generation)
        for kind in ALIASES:
            self._make(kind, generation, next_of(kind))
        try:
            _alone(self._named(), generation)
        except RebuildElsewhere:
            self._delete(generation)
            raise

    def make_first(self) -> None:
        """For whoever writes before any rebuild. A rebuild of everything takes its place like any other's."""
        for kind in ALIASES:
            self._make(kind, FIRST, kind)

    def finish(self, generation: str) -> None:
        named = self._named()
        if _generation(named, LISTINGS) != generation:
            if _generation(named, next_of(LISTINGS)) != generation:
                raise RebuildElsewhere(f"The generation {generation} is not being filled: its rebuild has ended.")
            self._make_searchable(generation)
            moves = Asking("POST", "/_aliases", body={"actions": _moves(named, generation)})
            self._cluster.ask(moves, WITHIN_S)
        self._forget_the_nameless()

    def abandon(self, generation: str) -> None:
        if _generation(self._named(), LISTINGS) != generation:
            self._delete(generation)

    def _make(self, kind: str, generation: str, alias: str) -> None:
        body = index_of(kind, sized=not self._cluster.serverless)
        body["aliases"] = {alias: {}}
        try:
            self._cluster.ask(Asking("PUT", f"/{index_name(kind, generation)}", body=body), WITHIN_S)
        except Refused as refusal:
            if refusal.kind != "resource_already_exists_exception":
                raise

    def _make_searchable(self, generation: str) -> None:
        """What was written last is found from the first search on. A collection does that in its own time."""
        for kind in () if self._cluster.serverless else ALIASES:
            self._cluster.ask(Asking("POST", f"/{index_name(kind, generation)}/_refresh"), WITHIN_S)

    def _forget_the_nameless(self) -> None:
        """Also what an earlier rebuild left when it was cut off. One that is being filled has an alias, and stays."""
        for index, aliases in self._named().items():
            if not aliases:
                self._cluster.ask(Asking("DELETE", f"/{index}"), WITHIN_S, absent=True)

    def _delete(self, generation: str) -> None:
        for kind in ALIASES:
            self._cluster.ask(Asking("DELETE", f"/{index_name(kind, generation)}"), WITHIN_S, absent=True)

    def _named(self) -> Named:
        """Of search's own: a domain keeps indexes about itself, too."""
        told = self._cluster.ask(Asking("GET", "/_alias"), WITHIN_S)
        own = tuple(index_name(kind, "") for kind in ALIASES)
        return {index: frozenset(each["aliases"]) for index, each in told.items() if index.startswith(own)}


def _generation(named: Named, alias: str) -> str | None:
    kind = alias.partition("-")[0]
    return next((index.removeprefix(index_name(kind, "")) for index in _behind(named, alias)), None)


def _behind(named: Named, alias: str) -> list[str]:
    return sorted(index for index, aliases in named.items() if alias in aliases)


def _alone(named: Named, generation: str) -> None:
    for kind in ALIASES:
        if others := set(_behind(named, next_of(kind))) - {index_name(kind, generation)}:
            raise RebuildElsewhere(f"{', '.join(sorted(others))} is being filled. Finish or abandon it first.")


def _moves(named: Named, generation: str) -> list[dict[str, Any]]:
    moves: list[dict[str, Any]] = []
    for kind in ALIASES:
        index = index_name(kind, generation)
        moves += [{"remove": {"index": old, "alias": kind}} for old in _behind(named, kind)]
        moves += [{"remove": {"index": index, "alias": next_of(kind)}}, {"add": {"index": index, "alias": kind}}]
    return moves
