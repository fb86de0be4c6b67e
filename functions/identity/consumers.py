"""Sends the one-time codes, and tells people of changes. Sending twice is harmless: it says the same."""

from datetime import date, datetime

from functions.identity import rules
from functions.identity.mails import Mail, mail_for, note, notices
from functions.identity.model import Challenge, Purpose
from functions.identity.rules import api_keys, contacts, erasure
from functions.identity.store import store
from functions.identity.store.api_keys import key_rings
from kernel import aws, clock, log, settings
from kernel.consume import Consumer
from kernel.events import Received, Seen

consumer = Consumer()
handler = consumer.handler


class CodeRequested(Seen):
    challenge_id: str


class ContactChanged(Seen):
    user_id: str
    change_id: str


class ApiKeyUsed(Seen):
    user_id: str
    key_id: str
    used_on: date


@consumer.on("metco.access", ApiKeyUsed)
def note_use(event: Received[ApiKeyUsed]) -> None:
    ring = key_rings().ring(event.data.user_id)
    noted = api_keys.used(ring, event.data.key_id, event.data.used_on)
    if noted is not ring:
        key_rings().keep_ring(event.data.user_id, noted)


@consumer.on("metco.identity", CodeRequested)
def send_code(event: Received[CodeRequested]) -> None:
    challenge = store().challenge(event.data.challenge_id)
    if clock.now() >= challenge.expires_at:
        log.warning("code not sent: it has expired", challenge_id=challenge.id)
        return
    code = rules.code_for(challenge.id, settings.key("code"))
    mail = mail_for(_in_their_language(challenge), code=code, known=store().claimant(challenge) is not None)
    if mail:
        _send(mail)
    log.count("codes_sent_total", purpose=challenge.purpose)


@consumer.on("metco.identity", ContactChanged)
def tell_of_change(event: Received[ContactChanged]) -> None:
    change, profile = store().change(event.data.change_id), store().profile(event.data.user_id)
    if change and profile:
        for mail in notices(change, profile):
            _send(mail)


class ErasureRequested(Seen):
    user_id: str
    erase_at: datetime


class DataExportReady(Seen):
    user_id: str
    export_id: str


@consumer.on("metco.identity", ErasureRequested)
def tell_of_erasure(event: Received[ErasureRequested]) -> None:
    """So that nobody is erased behind their back."""
    if profile := store().profile(event.data.user_id):
        _send(note("erasure", profile, day=event.data.erase_at.date().isoformat()))


@consumer.on("metco.identity", DataExportReady)
def send_export(event: Received[DataExportReady]) -> None:
    if profile := store().profile(event.data.user_id):
        token = erasure.link_token(event.data.export_id, settings.key("export"))
        site = settings.setting("site", "")
        _send(note("export", profile, link=f"{site}/v1/exports/{event.data.export_id}/{token}"))


class AccountLinked(Seen):
    user_id: str
    provider: str


@consumer.on("metco.identity", AccountLinked)
def tell_of_link(event: Received[AccountLinked]) -> None:
    if profile := store().profile(event.data.user_id):
        _send(note("account_linked", profile, provider=event.data.provider.capitalize()))


class AccountUnlinked(Seen):
    user_id: str
    provider: str


@consumer.on("metco.identity", AccountUnlinked)
def tell_of_unlink(event: Received[AccountUnlinked]) -> None:
    if profile := store().profile(event.data.user_id):
        _send(note("account_unlinked", profile, provider=event.data.provider.capitalize()))


class SecondFactorTurned(Seen):
    user_id: str
    on: bool


@consumer.on("metco.identity", SecondFactorTurned)
def tell_of_second_factor(event: Received[SecondFactorTurned]) -> None:
    if profile := store().profile(event.data.user_id):
        _send(note("second_factor_on" if event.data.on else "second_factor_off", profile))


class RecoveryCodesDrawn(Seen):
    user_id: str


@consumer.on("metco.identity", RecoveryCodesDrawn)
def tell_of_recovery_codes(event: Received[RecoveryCodesDrawn]) -> None:
    if profile := store().profile(event.data.user_id):
        _send(note("recovery_codes", profile))


def _in_their_language(challenge: Challenge) -> Challenge:
    """Whoever asks for a code to an account they cannot use yet has said no language, but the account has."""
    user_id = store().claimant(challenge) if challenge.purpose in (Purpose.SIGN_IN, Purpose.PASSWORD_RESET) else None
    profile = store().profile(user_id) if user_id else None
    return challenge.model_copy(update={"locale": profile.locale}) if profile else challenge


def _send(mail: Mail) -> None:
    if mail.by_sms:
        _send_sms(mail)
        return
    aws.client("sesv2").send_email(
        FromEmailAddress=settings.env("MAIL_FROM"),
        Destination={"ToAddresses": [mail.to]},
        Content={
            "Simple": {
                "Subject": {"Data": mail.subject, "Charset": "UTF-8"},
                "Body": {"Text": {"Data": mail.text, "Charset": "UTF-8"}},
            }
        },
    )


def _send_sms(text: Mail) -> None:
    if not store().may_send_sms(clock.now(), settings.setting("sms_per_day", contacts.SMS_PER_DAY)):
        log.warning("SMS not sent: the day's share is used up")
        log.count("sms_withheld_total")
        return
    kind = {"DataType": "String", "StringValue": "Transactional"}
    aws.client("sns").publish(
        PhoneNumber=text.to, Message=text.subject, MessageAttributes={"AWS.SNS.SMS.SMSType": kind}
    )
