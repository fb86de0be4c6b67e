"""Pictures and files of goods on the deployed template: grants enforced, layers in place, the edge before it."""

from local.stack import Stack
from tests.e2e.media_walk import walk_media
from tests.e2e.walk import Person


def test_pictures_are_shown_to_everyone_and_files_to_whoever_bought_them(stack: Stack):
    walk_media(Person(stack))
