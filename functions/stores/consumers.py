"""Mails the invitations, hears where payouts stand; tells people what is kept about them, forgets who is erased."""

from functions.stores import exports, mails, pictures
from functions.stores.mails import Mail
from functions.stores.rules import staff as rules
from functions.stores.store.departures import departures
from functions.stores.store.payouts import payouts
from functions.stores.store.staff import staff
from functions.stores.store.stores import stores
from kernel import aws, clock, log, settings
from kernel.consume import Consumer
from kernel.events import Received, Seen
from kernel.people import DataExportRequested, UserErased

consumer = Consumer()
handler = consumer.handler


class InvitationSent(Seen):
    store_id: str
    invitation_id: str
    sent: int


class PictureRemoved(Seen):
    store_id: str
    picture_id: str


class StaffLeft(Seen):
    store_id: str
    user_id: str


class SellerAccountChanged(Seen):
    store_id: str
    state: str


class PayoutWaysChanged(Seen):
    store_id: str
    ways: list[str]


@consumer.on("metco.stores", InvitationSent)
def mail_invitation(event: Received[InvitationSent]) -> None:
    invitation = staff().invitation(event.data.store_id, event.data.invitation_id)
    if not invitation or not rules.awaits_mail(invitation, event.data.sent, clock.now()):
        log.info("invitation not mailed: it is no longer the one to send", invitation_id=event.data.invitation_id)
        return
    code = rules.code_for(invitation, settings.key("invitation"))
    _send(mails.invitation(invitation, store=stores().store_of(invitation.store_id).name, code=code))
    log.count("invitations_mailed_total")


@consumer.on("metco.stores", PictureRemoved)
def remove_picture(event: Received[PictureRemoved]) -> None:
    shown = stores().store_of(event.data.store_id).pictures
    if event.data.picture_id not in (shown.logo, shown.cover):  # or it was chosen anew since
        pictures.remove(event.data.store_id, event.data.picture_id)


@consumer.on("metco.stores", StaffLeft)
def take_papers(event: Received[StaffLeft]) -> None:
    [back] = staff().places(event.data.store_id, event.data.user_id)
    if not back:
        departures().take_papers(event.data.store_id, event.data.user_id)


@consumer.on("metco.payments", SellerAccountChanged)
def note_payouts(event: Received[SellerAccountChanged]) -> None:
    payouts().heard(event.data.store_id, "account", event.data.state == "payable", sequence=event.metadata.sequence)


@consumer.on("metco.payments", PayoutWaysChanged)
def note_payout_ways(event: Received[PayoutWaysChanged]) -> None:
    payouts().heard(event.data.store_id, "ways", bool(event.data.ways), sequence=event.metadata.sequence)


@consumer.on("metco.identity", DataExportRequested)
def add_to_export(event: Received[DataExportRequested]) -> None:
    exports.add(event.data.user_id, event.data.export_id, departures().known_of(event.data.user_id))


@consumer.on("metco.identity", UserErased)
def forget_person(event: Received[UserErased]) -> None:
    if event.data.email_mark:
        staff().forget_address(event.data.email_mark)
    departures().forget(event.data.user_id)
    log.count("people_forgotten_total")


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
