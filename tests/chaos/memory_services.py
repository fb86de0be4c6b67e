"""The services around the table, in memory: bus, mail, parameters and secrets. Each call passes through the wire."""

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from tests.chaos import faults
from tests.chaos.faults import Call, client_error
from tests.chaos.wire import Do, Parameters, Wire


class Client:
    """What every fake has in common with a boto3 client."""

    exceptions = faults.EXCEPTIONS
    service = ""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def _send(self, operation: str, parameters: Parameters, do: Do) -> dict[str, Any]:
        return self._wire(Call(self.service, operation, parameters), do)


class Published(NamedTuple):
    source: str
    detail_type: str
    detail: Mapping[str, Any]


class MemoryBus(Client):
    service = "events"

    def __init__(self, wire: Wire, deliver: Callable[[Published], None]) -> None:
        super().__init__(wire)
        self._deliver = deliver

    def put_events(self, **parameters: Any) -> dict[str, Any]:
        if not 1 <= len(parameters["Entries"]) <= 10:
            raise client_error("ValidationException", "1 to 10 entries", operation="PutEvents")
        return self._send("PutEvents", parameters, self._put)

    def _put(self, parameters: Parameters) -> dict[str, Any]:
        for entry in parameters["Entries"]:
            self._deliver(Published(entry["Source"], entry["DetailType"], json.loads(entry["Detail"])))
        return {"FailedEntryCount": 0, "Entries": [{"EventId": "-"} for _ in parameters["Entries"]]}


class Mail(NamedTuple):
    to: str
    subject: str
    text: str


class MemoryMail(Client):
    service = "sesv2"

    def __init__(self, wire: Wire) -> None:
        super().__init__(wire)
        self.sent: list[Mail] = []

    def send_email(self, **parameters: Any) -> dict[str, Any]:
        return self._send("SendEmail", parameters, self._deliver)

    def _deliver(self, parameters: Parameters) -> dict[str, Any]:
        self.sent.append(mail_of(parameters))
        return {"MessageId": str(len(self.sent))}


def mail_of(parameters: Parameters) -> Mail:
    (to,) = parameters["Destination"]["ToAddresses"]
    content = parameters["Content"]["Simple"]
    return Mail(to, content["Subject"]["Data"], content["Body"]["Text"]["Data"])


class MemoryParameters(Client):
    service = "ssm"

    def __init__(self, wire: Wire, values: Mapping[str, str]) -> None:
        super().__init__(wire)
        self.values = dict(values)

    def get_parameter(self, **parameters: Any) -> dict[str, Any]:
        return self._send("GetParameter", parameters, lambda sent: {"Parameter": {"Value": self.values[sent["Name"]]}})


class MemorySecrets(Client):
    service = "secretsmanager"

    def __init__(self, wire: Wire, values: Mapping[str, str]) -> None:
        super().__init__(wire)
        self.values = dict(values)

    def get_secret_value(self, **parameters: Any) -> dict[str, Any]:
        return self._send("GetSecretValue", parameters, lambda sent: {"SecretString": self.values[sent["SecretId"]]})
