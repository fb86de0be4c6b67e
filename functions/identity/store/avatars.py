"""Pictures in identity's table; their bytes are in the bucket.

USER#<id>   AVATAR   what kind of picture it is, and since when
"""

from functools import cache

from functions.identity import events
from functions.identity.model.avatars import Avatar, AvatarMoved, KeptAvatar
from kernel.events import Event
from kernel.table import Receipt, Table, put


class Avatars:
    def __init__(self) -> None:
        self._table = Table()

    def avatar(self, user_id: str) -> KeptAvatar:
        item = self._table.get(f"USER#{user_id}", "AVATAR")
        return KeptAvatar.model_validate(item) if item else KeptAvatar()

    def begin_upload(self, receipt: Receipt | None) -> None:
        """Nothing changes yet; a repeated request is told the same place again."""
        if receipt:
            self._table.commit([], receipt=receipt)

    def keep_avatar(self, user_id: str, avatar: Avatar | KeptAvatar, receipt: Receipt | None) -> None:
        item = {"pk": f"USER#{user_id}", "sk": "AVATAR", **avatar.model_dump(mode="json")}
        told = events.AvatarChanged(user_id=user_id, has_one=avatar.content_type is not None)
        before = avatar.version - 1 or None
        self._table.commit(
            [put(item).when(version=before).otherwise(AvatarMoved())],
            [Event(told, f"{user_id}.avatar", avatar.version)],
            receipt,
        )


@cache
def avatars() -> Avatars:
    return Avatars()
