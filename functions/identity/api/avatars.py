"""A person's picture: uploaded straight to the bucket, looked at before it counts."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path

from functions.identity import files
from functions.identity.api.app import api
from functions.identity.model import UserId
from functions.identity.model.avatars import Avatar, AvatarLink, AvatarRequest, AvatarUpload
from functions.identity.rules import avatars as rules
from functions.identity.rules.erasure import avatar_key, upload_key
from functions.identity.store.avatars import avatars
from kernel import authz, clock
from kernel.authz import require
from kernel.errors import NotFound
from kernel.http import receipt


@api.post("/v1/me/avatar", permit="edit_profile", status_code=201)
def begin_avatar(request: AvatarRequest) -> AvatarUpload:
    """Ask where to upload a picture of yours: JPEG, PNG or WebP, at most 2 MB. Confirm it when it is there."""
    me = require("edit_profile", owner=authz.principal().id)
    form = files.picture_form(upload_key(me.id), request.content_type)
    expires = clock.now() + rules.UPLOAD_LIFE
    place = AvatarUpload(url=form.url, fields=form.fields, max_bytes=rules.MAX_BYTES, expires_at=expires)
    avatars().begin_upload(receipt(place, 201))
    return place


@api.post("/v1/me/avatar/confirm", permit="edit_profile")
def confirm_avatar() -> Avatar:
    """Make the uploaded picture yours. What it is is decided by what is in it, not by what it was called."""
    me = require("edit_profile", owner=authz.principal().id)
    found = files.keep_picture(upload_key(me.id), avatar_key(me.id))
    avatar = rules.replaced(avatars().avatar(me.id), found, clock.now())
    avatars().keep_avatar(me.id, avatar, receipt(avatar))
    return avatar


@api.delete("/v1/me/avatar", permit="edit_profile", status_code=204)
def remove_avatar() -> None:
    """Remove your picture."""
    me = require("edit_profile", owner=authz.principal().id)
    current = avatars().avatar(me.id)
    files.remove(avatar_key(me.id), upload_key(me.id))
    if current.content_type:
        avatars().keep_avatar(me.id, rules.removed(current), receipt(None, 204))


@api.get("/v1/users/<user_id>/avatar", permit="read_profile")
def read_avatar(user_id: Annotated[UserId, Path()]) -> AvatarLink:
    """Where a person's picture can be fetched for a few minutes."""
    require("read_profile", owner=user_id)
    avatar = avatars().avatar(user_id)
    if not avatar.content_type:
        raise NotFound()
    url = files.picture_link(avatar_key(user_id), avatar.content_type)
    return AvatarLink(url=url, expires_at=clock.now() + rules.LINK_LIFE)
