"""A second factor: turn it on with an authenticator app, look after it, turn it off."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path

from functions.identity import events
from functions.identity.api.app import api, check_fresh, profile_of
from functions.identity.model import UserId
from functions.identity.model.second_factor import (
    ConfirmSecondFactor,
    RecoveryCodes,
    RemoveSecondFactor,
    RenewRecoveryCodes,
    SecondFactorOff,
    SecondFactorOffer,
    SecondFactorView,
)
from functions.identity.rules import second_factor as rules
from functions.identity.store import store
from kernel import authz, clock, ids, settings
from kernel.authz import require
from kernel.http import receipt


@api.get("/v1/me/second-factor", permit="change_second_factor")
def read_second_factor() -> SecondFactorView:
    """Whether signing in asks for a second factor."""
    me = require("change_second_factor", owner=authz.principal().id)
    factor = store().second_factor(me.id)
    left = rules.codes_left(factor) if factor else 0
    return SecondFactorView(on=bool(factor), since=factor.since if factor else None, recovery_codes_left=left)


@api.post("/v1/me/second-factor-enrolments", permit="change_second_factor", status_code=201)
def offer_second_factor() -> SecondFactorOffer:
    """Get a secret for an authenticator app. Nothing changes until the app's first code is confirmed.

    Needs a sign-in of the last half hour.
    """
    me = require("change_second_factor", owner=authz.principal().id)
    check_fresh(me, clock.now())
    asked = receipt(None, 201)  # never written, for it would hold the secret: the key alone makes a repetition alike
    enrolment_id = ids.derived_id("enr", me.id, asked.key) if asked else ids.new_id("enr")
    secret = rules.secret(me.id, enrolment_id, settings.key("second-factor"))
    return SecondFactorOffer(
        id=enrolment_id, secret=rules.spelled(secret), uri=rules.uri(secret, profile_of(me.id).email)
    )


@api.put("/v1/me/second-factor", permit="change_second_factor")
def confirm_second_factor(request: ConfirmSecondFactor) -> RecoveryCodes:
    """Turn the second factor on with the app's code; one that was on before is replaced. Keep the recovery codes."""
    me = require("change_second_factor", owner=authz.principal().id)
    now = clock.now()
    check_fresh(me, now)
    store().count_second_factor(me.id, now)
    key = settings.key("second-factor")
    before = store().second_factor(me.id)
    factor = rules.confirmed(me.id, request.enrolment_id, request.code, key, now)
    if not before or before.enrolment_id != request.enrolment_id:
        store().turn_on(factor, instead_of=before)
    return RecoveryCodes(codes=rules.recovery_codes(me.id, request.enrolment_id, key))


@api.delete("/v1/me/second-factor", permit="change_second_factor", status_code=204)
def remove_second_factor() -> None:
    """Sign in without a second factor from now on. Needs a sign-in of the last half hour, which took one."""
    me = require("change_second_factor", owner=authz.principal().id)
    check_fresh(me, clock.now())
    factor = store().second_factor(me.id)
    if factor:
        store().turn_off(factor, receipt(None, 204))


@api.post("/v1/me/recovery-codes", permit="change_second_factor", status_code=201)
def renew_recovery_codes(request: RenewRecoveryCodes) -> RecoveryCodes:
    """Get new recovery codes; the old ones are void. Takes the app's next code, for which no recovery code does."""
    me = require("change_second_factor", owner=authz.principal().id)
    now, key = clock.now(), settings.key("second-factor")
    factor = store().second_factor(me.id)
    if not factor:
        raise SecondFactorOff()
    store().count_second_factor(me.id, now)
    step = rules.shown_by_app(factor, request.code, key, now)
    asked = receipt(None, 201)  # never written, for it would hold the codes: the key alone makes a repetition alike
    drawn = ids.derived_id("rec", me.id, asked.key) if asked else ids.new_id("rec")
    if factor.drawn != drawn:
        store().draw_recovery_codes(factor, drawn, step, now)
    return RecoveryCodes(codes=rules.recovery_codes(me.id, factor.enrolment_id, key, drawn))


@api.post("/v1/users/<user_id>/second-factor/remove", permit="remove_second_factor", status_code=204)
def remove_lost_second_factor(user_id: Annotated[UserId, Path()], request: RemoveSecondFactor) -> None:
    """Take the second factor off the account of somebody who has lost app and recovery codes. They are told by mail.

    Make sure who is asking: the password is all that is left to protect the account. Needs a sign-in of the last half
    hour.
    """
    admin = require("remove_second_factor")
    check_fresh(admin, clock.now())
    profile_of(user_id)
    factor = store().second_factor(user_id)
    if factor:
        acted = events.OperatorActed(
            operator_id=admin.id, action="remove_second_factor", subject=user_id, reason=request.reason
        )
        store().turn_off(factor, receipt(None, 204), acted)
