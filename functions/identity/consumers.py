"""Sends the one-time codes. Sending twice is harmless: it is the same code."""

from functions.identity import rules
from functions.identity.mails import Mail, mail_for
from functions.identity.store import store
from kernel import aws, clock, log, settings
from kernel.consume import Consumer
from kernel.events import Received, Seen

consumer = Consumer()
handler = consumer.handler


class CodeRequested(Seen):
    challenge_id: str


@consumer.on("metco.identity", CodeRequested)
def send_code(event: Received[CodeRequested]) -> None:
    challenge = store().challenge(event.data.challenge_id)
    if clock.now() >= challenge.expires_at:
        log.warning("code not sent: it has expired", challenge_id=challenge.id)
        return
    code = rules.code_for(challenge.id, settings.key("code"))
    mail = mail_for(challenge, code=code, known=store().account_of(challenge.address) is not None)
    if mail:
        _send(mail)
    log.count("codes_sent_total", purpose=challenge.purpose)


def _send(mail: Mail) -> None:
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
