"""What people of Metco's do meanwhile: what consumers gave up on is handled again, what is parked is decided."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from local.home import STAGE
from local.seed import FINANCE
from local.stack import Stack
from tests.chaos.soak.people import Json, signed_in

# What a person decides who has looked. Whatever else stands still is tried again.
DECIDED = {
    "settlement/holding_limit": "confirm",
    "return/not_arrived": "confirm",
}
AWAITED_S = 30
TRIED_AGAIN = 5  # then it is no accident: it stays parked, and the soak has failed
KEPT_BATCHES = f"/metco/{STAGE}/platform/failures-bucket-arn"


class Operators:
    def __init__(self, stack: Stack) -> None:
        self.stack, self.finance = stack, signed_in(stack.url, FINANCE)
        self.redriven: Counter[str] = Counter()  # by queue
        self.decided: Counter[str] = Counter()  # by what was parked, and why
        self.handed_over = 0
        self._tries: Counter[str] = Counter()
        self._queues = stack.client("sqs")
        # The queues refuse plain HTTP, which is all there is here
        as_if_encrypted = ("x-forwarded-proto", "https")
        self._queues.meta.events.register(
            "before-sign.sqs", lambda request, **_: request.headers.add_header(*as_if_encrypted)
        )
        self.pairs = dict(self._paired())

    def have_messages_return_soon(self) -> None:
        """What a consumer dies with is handed out again once a consumer could have been done with it: not six times
        later, as on AWS. A soak of ten minutes has no two of them for each death.
        """
        for url in self.pairs:
            self._queues.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": str(AWAITED_S)})

    def take_heart(self) -> None:
        """Nothing goes wrong any more: whatever stands still is worth some more tries."""
        self._tries.clear()

    def look(self) -> int:
        """How much there was to do."""
        return self._redrive() + self._decide() + self._hand_over()

    def still_to_handle(self) -> int:
        """Messages that no consumer is done with, those given up not among them."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = 0
        for url in self.pairs:
            told = self._queues.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
            found += sum(int(told[name]) for name in names)
        return found

    def given_up(self) -> Counter[str]:
        """What is in dead-letter queues now."""
        names, found = ["ApproximateNumberOfMessages"], Counter[str]()
        for letters in self.pairs.values():
            told = self._queues.get_queue_attributes(QueueUrl=letters, AttributeNames=names)["Attributes"]
            found[_name(letters)] = int(told[names[0]])
        return +found

    def parked(self) -> list[Json]:
        items: list[Json] = []
        asked: Json = {"limit": 50}
        while True:
            page = self.finance.ask("GET", "/v1/parked", params=asked)
            items += page["items"]
            if not page["cursor"]:
                return items
            asked["cursor"] = page["cursor"]

    def kept_batches(self) -> list[str]:
        """What relays gave up on: docs/runbooks/relay.md."""
        found = self.stack.client("s3").list_objects_v2(Bucket=self._bucket(), Prefix="aws/lambda/")
        return [one["Key"] for one in found.get("Contents", ())]

    def _redrive(self) -> int:
        """To where it came from, as docs/runbooks/dead-letters.md has it done."""
        moved = 0
        for url, letters in self.pairs.items():
            while found := self._queues.receive_message(QueueUrl=letters, MaxNumberOfMessages=10).get("Messages"):
                for one in found:
                    self._queues.send_message(QueueUrl=url, MessageBody=one["Body"])
                    self._queues.delete_message(QueueUrl=letters, ReceiptHandle=one["ReceiptHandle"])
                    self.redriven[_name(letters)] += 1
                    moved += 1
        return moved

    def _decide(self) -> int:
        done = 0
        for one in self.parked():
            what = f"{one['workflow']}/{one['step']}"
            decision = DECIDED.get(what, "retry")
            if one["decided"] or decision not in one["choices"] or self._tries[one["parked_id"]] >= TRIED_AGAIN:
                continue
            self._tries[one["parked_id"]] += 1
            path = f"/v1/parked/{one['parked_id']}/decision"
            expected = ("decided_already", "not_found")  # it went on by itself meanwhile
            self.finance.ask("POST", path, json={"decision": decision}, may=expected)
            self.decided[f"{what}, {one['why']}: {decision}"] += 1
            done += 1
        return done

    def _hand_over(self) -> int:
        done, files = 0, self.stack.client("s3")
        for key in self.kept_batches():
            kept = json.loads(files.get_object(Bucket=self._bucket(), Key=key)["Body"].read())
            payload = kept["payload"] if isinstance(kept["payload"], str) else json.dumps(kept["payload"])
            relay = kept["requestContext"]["functionArn"].rpartition(":")[2]
            answer = self.stack.client("lambda").invoke(FunctionName=relay, Payload=payload.encode())
            told: Any = json.loads(answer["Payload"].read() or b"{}")
            if not answer.get("FunctionError") and not told.get("batchItemFailures"):
                files.delete_object(Bucket=self._bucket(), Key=key)
                done += 1
        self.handed_over += done
        return done

    def _paired(self) -> Iterator[tuple[str, str]]:
        for url in self._queues.list_queues().get("QueueUrls", ()):
            told = self._queues.get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"])
            if policy := told.get("Attributes", {}).get("RedrivePolicy"):
                dead = json.loads(policy)["deadLetterTargetArn"].rpartition(":")[2]
                yield url, self._queues.get_queue_url(QueueName=dead)["QueueUrl"]

    def _bucket(self) -> str:
        return str(self.stack.cloud.parameter(KEPT_BATCHES)).rpartition(":")[2]


def _name(url: str) -> str:
    return url.rpartition("/")[2].removeprefix(f"metco-{STAGE}-").removesuffix("-dead-letters")
