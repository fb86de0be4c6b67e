"""The words of a second factor: an authenticator app, and codes on paper for the day its telephone is lost."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from functions.identity.model import Code, Reason
from kernel import ids
from kernel.errors import Conflict, TooManyRequests, Unauthenticated
from kernel.http import Answer, Request

EnrolmentId = Annotated[str, StringConstraints(pattern=ids.pattern("enr"))]


class SecondFactor(BaseModel):
    """What is known of a person's second factor. Its secret is nowhere: it is derived, like every code."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True, defer_build=True)

    user_id: str
    enrolment_id: str
    since: datetime
    step: int  # of the last code that was used: no code is good twice
    used: int = 0  # which recovery codes are spent, a bit for each
    drawn: str | None = None  # which set of recovery codes is good, once the first was replaced


class ConfirmSecondFactor(Request):
    enrolment_id: EnrolmentId
    code: Code


class RenewRecoveryCodes(Request):
    code: Code


class RemoveSecondFactor(Request):
    reason: Reason


class SecondFactorOffer(Answer):
    id: EnrolmentId
    secret: Annotated[str, Field(description="For typing", examples=["JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"])]
    uri: Annotated[
        str,
        Field(
            description="For the QR code",
            examples=["otpauth://totp/Metco:ada@example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Metco"],
        ),
    ]


class RecoveryCodes(Answer):
    """Shown once, to be kept on paper. Each signs in once in place of the app."""

    codes: Annotated[list[str], Field(examples=[["7k2mf-9qx4c"]])]


class SecondFactorView(Answer):
    on: bool
    since: datetime | None
    recovery_codes_left: Annotated[int, Field(examples=[10])]


class SecondFactorOff(Conflict):
    """No second factor is on, so there are no recovery codes. Turn one on first."""


class SecondFactorNeeded(Unauthenticated):
    """This account asks for a second factor. Repeat the request with second_factor."""


class SecondFactorRefused(Unauthenticated):
    """The second factor is wrong or was used before. Wait for the app's next code."""


class SecondFactorBlocked(TooManyRequests):
    """Too many wrong second factors. Wait before the next one."""


class SecondFactorChanged(Conflict):
    """The second factor was changed in the meantime. Begin anew."""
