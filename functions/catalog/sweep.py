"""Does, every minute, what waits for a moment and not for an event.

Every step can be repeated: whatever was cut off is begun again at the next sweep, because the row that says what is due
goes last, or with what it asked for.
"""

from contextlib import suppress
from datetime import datetime
from typing import Any

from functions.catalog import filing
from functions.catalog.model.images import ImageChanged
from functions.catalog.model.imports import ImportStateChanged
from functions.catalog.model.proposals import ProposalChanged
from functions.catalog.rules import images as imaging
from functions.catalog.rules import proposals as bargaining
from functions.catalog.rules.imports import runs as importing
from functions.catalog.store.files import files
from functions.catalog.store.images import images
from functions.catalog.store.imports import imports
from functions.catalog.store.proposals import proposals
from functions.catalog.store.standing import standings
from kernel import clock, log

ROUNDS = 40


def handler(_event: dict[str, Any], context: Any) -> None:
    meter, now = log.Meter(), clock.now()
    with log.correlated():
        filing.tell_scheduled_prices(now)
        filing.refile_moved(now)
        end_proposals(now)
        look_at_shelves(now)
        resume_imports(now)
        remove_unused_images(now)
        remove_images_of_closed_stores(now)
        remove_withdrawn_files(now)
        log.info("swept", **meter.read())


def end_proposals(now: datetime) -> None:
    """Tell of what nobody answered in time. It has been over since then for whoever looked."""
    for _ in range(ROUNDS):
        due = list(proposals().over(now))
        for proposal_id, due_key in due:
            proposal = proposals().proposal(proposal_id)
            over = bargaining.expired(proposal, now)
            with suppress(ProposalChanged):  # by somebody who is just answering: the next sweep looks again
                if over:
                    proposals().answer(proposal, over, None)
                else:
                    proposals().not_due(due_key)
        if not due:
            return


def look_at_shelves(now: datetime) -> None:
    for store_id, due_key in standings().to_look_at(now):
        standings().look_again(store_id, due_key)


def resume_imports(now: datetime) -> None:
    """Tell again of what an import still waits for, if nothing was heard of it for a while; one day give it up."""
    for progress in imports().running():
        with suppress(ImportStateChanged):  # it goes on by itself
            if importing.hopeless(progress, now):
                imports().end(importing.failed(progress, importing.GIVEN_UP, now))
            elif importing.stalled(progress, now):
                chunks = imports().chunk_numbers(progress).values()
                imports().tell_again(progress, *importing.to_tell_again(progress, chunks), now)
                log.count("imports_resumed_total")


def remove_unused_images(now: datetime) -> None:
    """What was sent a week ago and is shown nowhere."""
    for _ in range(ROUNDS):
        due = list(images().over(now))
        for owner, image_id, due_key in due:
            image = images().find(owner, image_id)
            with suppress(ImageChanged):  # it is just being shown: the next sweep finds that it is
                images().settle(owner, image if image and imaging.unused(image, now) else None, due_key)
        if not due:
            return


def remove_images_of_closed_stores(now: datetime) -> None:
    """A store closes when its last owner is erased: its photos are theirs as well."""
    for store_id, due_key in images().left_behind(now):
        with suppress(ImageChanged):  # it is just being rendered: the next sweep removes it
            for _ in range(ROUNDS):
                if not images().remove_some(store_id):
                    images().all_removed(due_key)
                    break


def remove_withdrawn_files(now: datetime) -> None:
    """What was withdrawn so long ago that nobody who bought it may download it any more."""
    for _ in range(ROUNDS):
        due = list(files().over(now))
        for offer_id, file_id, due_key in due:
            files().settle(files().find(offer_id, file_id), due_key)
        if not due:
            return
