"""A payment that the buyer's bank takes back: how it stands, what is held against it, and until when."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from functions.payments.model.names import (
    Amount,
    BuyerId,
    ChargebackId,
    OrderId,
    Part,
    PaymentId,
    Purpose,
    StoreId,
    StripeId,
)
from kernel.errors import Conflict, DomainError, NotFound
from kernel.http import Answer, Request

# inquiry: the bank only asks, and has taken nothing. closed: it asked, and that was all.
ChargebackState = Literal["inquiry", "open", "under_review", "won", "lost", "closed"]
Wanted = Literal["", "send", "accept"]
FINANCE = "finance"

MAX_BYTES = 4_500_000  # of all files together: what banks take
MAX_LETTERS = 100_000  # of all texts of one contributor together; banks take 150,000

Words = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), Field(examples=["2030-01-03"])
]
Text = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000),
    Field(examples=["It was delivered on the 3rd, and signed for."]),
]
FileKind = Literal[
    "customer_communication", "receipt", "service_documentation", "shipping_documentation", "uncategorized_file"
]
FileType = Literal["application/pdf", "image/jpeg", "image/png"]
SizeBytes = Annotated[int, Field(ge=1, le=MAX_BYTES, examples=[248_113])]
Version = Annotated[int, Field(ge=0, examples=[1])]


class Chargeback(Answer):
    """As everybody who has to do with it sees it."""

    chargeback_id: ChargebackId
    dispute_id: StripeId
    payment_id: PaymentId
    purpose: Purpose
    order_id: OrderId | None = None
    buyer_id: BuyerId
    amount: Amount
    fee: Part
    reason: Annotated[str, Field(examples=["product_not_received"], description="The bank's.")]
    state: ChargebackState
    opened_at: datetime
    due_by: Annotated[datetime | None, Field(description="Until when evidence can be sent.")] = None
    wanted: Annotated[Wanted, Field(description="What finance decided, and is being done.")] = ""
    sent_at: datetime | None = None
    taken: Annotated[bool, Field(description="Whether the money was taken back: an inquiry takes none.")] = False
    store_ids: list[StoreId] = Field(default_factory=list)
    filed: Annotated[bool, Field(description="It is decided, and what hung on that is done.")] = False
    version: Version = 1


class EvidenceTexts(Request):
    """What there is to say, each in the place where banks look for it. All of it instead of what was there."""

    product_description: Annotated[Text | None, Field(examples=["A glazed stoneware pot."])] = None
    service_date: Annotated[Words | None, Field(examples=["2030-01-03"])] = None
    shipping_carrier: Annotated[Words | None, Field(examples=["DHL"])] = None
    shipping_date: Annotated[Words | None, Field(examples=["2030-01-02"])] = None
    shipping_tracking_number: Annotated[Words | None, Field(examples=["00340434161094042557"])] = None
    access_activity_log: Annotated[Text | None, Field(examples=["2030-01-02 10:04 UTC: downloaded."])] = None
    cancellation_rebuttal: Annotated[Text | None, Field(examples=["It was called off after it had been sent."])] = None
    refund_policy_disclosure: Annotated[Text | None, Field(examples=["Shown beside the button that buys."])] = None
    refund_refusal_explanation: Annotated[Text | None, Field(examples=["It came back broken."])] = None
    uncategorized_text: Annotated[Text | None, Field(examples=["It was delivered on the 3rd, and signed for."])] = None

    @model_validator(mode="after")
    def _short_enough(self) -> Self:
        said: dict[str, Any] = self.model_dump(exclude_none=True)
        if sum(map(len, said.values())) > MAX_LETTERS:
            raise ValueError(f"all texts together have at most {MAX_LETTERS} letters")
        return self


class NewEvidenceFile(Request):
    kind: FileKind
    content_type: FileType
    size_bytes: SizeBytes


class EvidenceFile(Answer):
    kind: FileKind
    content_type: FileType
    size_bytes: SizeBytes
    confirmed: bool = False


class Evidence(Answer):
    """What one contributor has to say: a store whose sale it was, or finance."""

    contributor: Annotated[str, Field(examples=["sto_01k6m2q8vx4c7e9r1t3y5w7zab"])]
    texts: Annotated[dict[str, str], Field(examples=[{"shipping_carrier": "DHL"}])] = Field(default_factory=dict)
    files: list[EvidenceFile] = Field(default_factory=list)
    version: Version = 0


class Contested(Answer):
    """A chargeback, and what the store that looks has said against it."""

    chargeback: Chargeback
    evidence: Evidence


class ChargebackFile(Answer):
    """A chargeback, and everything that is held against it."""

    chargeback: Chargeback
    evidence: list[Evidence]


class Chargebacks(Answer):
    """The newest first."""

    items: list[Chargeback]
    cursor: Annotated[str | None, Field(examples=["eyJwayI6Ii4uLiJ9"])] = None


class EvidenceUpload(Answer):
    """Send the file to `url` as multipart/form-data: all fields first, the file last, named `file`."""

    kind: FileKind
    url: Annotated[str, Field(examples=["https://bucket.s3.eu-west-1.amazonaws.com/"])]
    fields: Annotated[dict[str, str], Field(examples=[{"key": "incoming/…", "policy": "…"}])]
    expires_at: datetime


class EvidenceLink(Answer):
    """Good for a minute, and saved to a file."""

    url: Annotated[str, Field(examples=["https://bucket.s3.eu-west-1.amazonaws.com/evidence/…"])]
    expires_at: datetime


# What can be refused


class NoSuchChargeback(NotFound):
    code = NotFound.code  # told as whatever is missing, or somebody else's, is: no docstring tells them apart


class ChargebackDecided(Conflict):
    """This chargeback is decided: nothing can be said to it any more."""


class EvidenceSent(Conflict):
    """The evidence was sent to the bank, which takes it once."""


class NoEvidence(Conflict):
    """Nothing was collected that could be sent. Say something, or accept the chargeback."""


class ChargebackChanged(Conflict):
    """Something else happened to this chargeback at this moment. Read it again, then decide."""


class EvidenceFilesTooLarge(Conflict):
    """All files together have at most 4.5 MB: banks take no more."""


class EvidenceNotUploaded(Conflict):
    """The file has not arrived. Send it to the address you were given, then confirm."""


class EvidenceFileRefused(DomainError):
    """The file is not what it was announced to be. Announce it anew with its real type and size."""

    status = 422
