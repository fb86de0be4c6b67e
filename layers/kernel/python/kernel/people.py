"""What identity tells of people, as whoever keeps something of theirs hears it: merged, given out, forgotten."""

from kernel.events import Seen


class GuestAbsorbed(Seen):
    """A guest has signed in: what was the guest's is the person's now."""

    guest_id: str
    user_id: str


class UserErased(Seen):
    """`email_mark` finds what is known by an address alone."""

    user_id: str
    email_mark: str = ""


class DataExportRequested(Seen):
    """They want a copy of all that is known of them: each domain adds its part."""

    user_id: str
    export_id: str
