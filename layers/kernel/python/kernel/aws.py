"""One boto3 client per service and process, with deadlines, its calls counted. Tests put their own in place."""

from typing import Any

_clients: dict[str, Any] = {}
_calls: list[str] = []


def client(service: str) -> Any:
    if service not in _clients:
        import boto3  # here, not on top: whoever brings their own clients does not pay for the import
        from botocore.config import Config

        made: Any = boto3.client(  # type: ignore[call-overload]  # the service name is data here
            service,
            config=Config(
                connect_timeout=2,
                read_timeout=5,
                retries={"mode": "standard", "max_attempts": 3},
                max_pool_connections=10,
                parameter_validation=False,  # AWS checks what it is sent; doing so here too is a quarter of a write
                signature_version="s3v4" if service == "s3" else None,  # left alone, S3's links are of version 2
                user_agent="metco",  # else put together anew from its twenty parts: a fifteenth of a page
            ),
        )
        made.meta.events.register("before-call", _count)
        _clients[service] = made
    return _clients[service]


def calls_taken() -> list[str]:
    """The AWS calls since this was last asked: what one invocation cost, for its log line."""
    taken = _calls.copy()
    _calls.clear()
    return taken


def use(service: str, replacement: Any | None) -> None:
    """Substitute a client (None: forget it, so that the next call builds a real one)."""
    if replacement is None:
        _clients.pop(service, None)
    else:
        _clients[service] = replacement


def _count(model: Any, **_: Any) -> None:
    _calls.append(model.name)
