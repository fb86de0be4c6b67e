"""All that search tells itself and of operators, and the words of people that are said on the way."""

from unittest.mock import patch

from functions.search import api, consumers, filling
from functions.search.model import told
from functions.search.store.rebuilds import rebuilds
from functions.search.store.stores import stores
from kernel.authz import Principal
from tests.builders import search as a
from tests.builders.http import Caller

PERSONAL = ("Ada", "Leica")
operator = Caller(api.api, Principal(a.OPERATOR, "", frozenset({"customer", "admin"})))


class Nothing:
    """An index that takes whatever it is told."""

    def rebuilding(self) -> None:
        return None

    def begin(self, rebuild_id: str) -> None:
        pass


def everything() -> None:
    profile = told.Profile.model_validate(a.a_profile(name="Ada's"))
    stores().hear(a.STORE, profile, 1)
    assert operator("POST", "/v1/search/rebuilds").status == 202
    running = rebuilds().running()
    assert running
    with patch.object(filling, "index", Nothing):
        consumers.begin_rebuild(a.received(told.RebuildStarted(rebuild_id=running.rebuild_id)))
    assert operator("DELETE", f"/v1/search/rebuilds/{running.rebuild_id}").status == 204
