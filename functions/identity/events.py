"""What identity tells the other domains. Ids and preferences only: erasing a person never means editing history."""

from kernel.events import Data


class CodeRequested(Data):
    """A one-time code waits to be sent."""

    challenge_id: str
    purpose: str


class UserRegistered(Data):
    """An account exists from now on."""

    user_id: str
    roles: list[str]
    locale: str
    currency: str


class UserVerified(Data):
    """A channel to the person was proven."""

    user_id: str
    channel: str


class ProfileEdited(Data):
    """Preferences that others act on may have changed."""

    user_id: str
    locale: str
    currency: str


class UserLoggedIn(Data):
    """A session began."""

    user_id: str
    session_id: str


class UserLoggedOut(Data):
    """A session ended; its tokens are worth nothing from now on."""

    user_id: str
    session_id: str
    expires_at: str


class PasswordChanged(Data):
    """The password is another one."""

    user_id: str
    by: str


class RolesChanged(Data):
    """An admin changed what an account may do."""

    user_id: str
    roles: list[str]


class OperatorActed(Data):
    """The track of an operator: who did what to whom."""

    operator_id: str
    action: str
    subject: str
    reason: str
