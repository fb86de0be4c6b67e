"""What identity tells the other domains. Ids and preferences only: erasing a person never means editing history."""

from typing import Annotated

from pydantic import Field

from functions.identity.model import ChallengeId, CurrencyCode, Locale, Purpose, Role, SessionId, UserId
from functions.identity.model.api_keys import ApiKeyHash, ApiKeyId
from functions.identity.model.erasure import ExportId
from functions.identity.model.guests import GuestId
from functions.identity.model.preferences import Digest, QuietHours, TimeZone, Topics
from kernel.events import Data

Moment = Annotated[str, Field(examples=["2026-06-03T12:00:00.000Z"], json_schema_extra={"format": "date-time"})]


class CodeRequested(Data):
    """A one-time code waits to be sent."""

    challenge_id: ChallengeId
    purpose: Purpose


class UserRegistered(Data):
    """An account exists from now on."""

    user_id: UserId
    roles: list[Role]
    locale: Locale
    currency: CurrencyCode


class UserVerified(Data):
    """A channel to the person was proven."""

    user_id: UserId
    channel: Annotated[str, Field(examples=["email"])]


class ContactChanged(Data):
    """A person is reached by another address or number from now on; both the old and the new are told."""

    user_id: UserId
    change_id: ChallengeId
    channel: Annotated[str, Field(examples=["email"])]


class AccountLinked(Data):
    """An account elsewhere signs in to this one from now on."""

    user_id: UserId
    provider: Annotated[str, Field(examples=["google"])]


class AccountUnlinked(Data):
    """An account elsewhere signs in to this one no more."""

    user_id: UserId
    provider: Annotated[str, Field(examples=["google"])]


class SecondFactorTurned(Data):
    """Signing in asks for a second factor from now on, or no more."""

    user_id: UserId
    on: bool


class RecoveryCodesDrawn(Data):
    """The person has new recovery codes; the old ones are void."""

    user_id: UserId


class ProfileEdited(Data):
    """Preferences that others act on may have changed."""

    user_id: UserId
    locale: Locale
    currency: CurrencyCode


class PreferencesChanged(Data):
    """What a person wants to be told, and how."""

    user_id: UserId
    by_mail: Topics
    by_sms: Topics
    by_push: Topics
    digest: Digest
    time_zone: TimeZone
    quiet_hours: QuietHours | None


class UserLoggedIn(Data):
    """A session began."""

    user_id: UserId
    session_id: SessionId


class UserLoggedOut(Data):
    """A session ended; its tokens are worth nothing from now on."""

    user_id: UserId
    session_id: SessionId
    expires_at: Moment


class PasswordChanged(Data):
    """The password is another one."""

    user_id: UserId
    by: Annotated[str, Field(examples=["reset"])]


class RolesChanged(Data):
    """An admin changed what an account may do."""

    user_id: UserId
    roles: list[Role]


class ApiKeyCreated(Data):
    """A program may act for the person, within scopes. The key is recognised by the hash, and cannot be had from it."""

    user_id: UserId
    key_id: ApiKeyId
    key_hash: ApiKeyHash
    scopes: Annotated[list[str], Field(examples=[["profile:read"]])]
    expires_at: Moment


class ApiKeyRevoked(Data):
    """The key is worth nothing from now on."""

    user_id: UserId
    key_id: ApiKeyId
    key_hash: ApiKeyHash


class AvatarChanged(Data):
    """The person has another picture, or none."""

    user_id: UserId
    has_one: bool


class GuestAbsorbed(Data):
    """A guest has signed in: whoever keeps something for the guest gives it to the person."""

    guest_id: GuestId
    user_id: UserId


class ErasureRequested(Data):
    """A person asked to be erased, and will be unless they change their mind."""

    user_id: UserId
    erase_at: Moment


class ErasureCancelled(Data):
    """The person stays."""

    user_id: UserId


class UserErased(Data):
    """The person is gone. Whoever keeps anything that leads to them deletes it; ids and money stay.

    The mark is for domains that hold an address without knowing whose it is: they keep it under the same one.
    """

    user_id: UserId
    email_mark: Annotated[str, Field(examples=["55cb976ee72b53eb8b69acc2b388b64e49cb26b9"])] = ""


class DataExportRequested(Data):
    """A person wants all that is kept about them: whoever keeps something adds it to the export."""

    user_id: UserId
    export_id: ExportId


class DataExportReady(Data):
    """The archive can be fetched."""

    user_id: UserId
    export_id: ExportId


class OperatorActed(Data):
    """The track of an operator: who did what to whom."""

    operator_id: UserId
    action: Annotated[str, Field(examples=["grant_roles"])]
    subject: Annotated[str, Field(examples=["usr_01k6m2q8vx4c7e9r1t3y5w7zab"])]
    reason: Annotated[str, Field(examples=["Joined the moderation team"])]
