"""What the emulator holds at one moment, kept: for what many tests begin with and is dear to make."""

import io
import pickle
from collections import defaultdict
from collections.abc import Callable
from types import FunctionType
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from moto.backends import get_backend
from moto.core.base_backend import BaseBackend

SERVICES = ("dynamodb", "ssm", "secretsmanager", "cognito-idp", "ses", "sesv2", "sns", "s3", "events")
AS_IT_IS = (BaseBackend, FunctionType, RSAPrivateKey)  # what cannot be written down, and does not change


class _Keeper(pickle.Pickler):
    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self.aside: list[Any] = []

    def persistent_id(self, thing: Any) -> int | None:
        if not isinstance(thing, AS_IT_IS):
            return None
        self.aside.append(thing)
        return len(self.aside) - 1

    def reducer_override(self, thing: Any) -> Any:
        """Of moto's own dictionaries, too, which want to be told on making what is about to be put back."""
        if not isinstance(thing, defaultdict) or type(thing) is defaultdict:
            return NotImplemented
        return _bare, (type(thing), thing.default_factory), vars(thing), None, iter(thing.items())


class _Finder(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, aside: list[Any]) -> None:
        super().__init__(file)
        self.persistent_load = aside.__getitem__  # type: ignore[method-assign]  # found by its place


def _bare(kind: Any, default: Any) -> Any:
    made = kind.__new__(kind)
    made.default_factory = default
    return made


def keep() -> Callable[[], None]:
    """All that is there now. Calling what comes back makes it so again, whatever has been there since."""
    written = io.BytesIO()
    keeper = _Keeper(written)
    keeper.dump({place: backend.__dict__ for place, backend in _backends().items()})

    def restore() -> None:
        held = _Finder(io.BytesIO(written.getvalue()), keeper.aside).load()
        for place, backend in _backends().items():
            if place in held:
                backend.__dict__ = held[place]
            else:
                backend.reset()

    return restore


def _backends() -> dict[tuple[str, str, str], Any]:
    return {
        (service, account, region): backend
        for service in SERVICES
        for account, regions in get_backend(service).items()  # type: ignore[call-overload]  # any service by its name
        for region, backend in regions.items()
    }
