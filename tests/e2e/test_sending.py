from local.stack import Stack
from tests.e2e.sending_walk import walk_sending
from tests.e2e.walk import Person


def test_labels_are_printed_and_a_driver_moves_parcels_on_a_page(stack: Stack):
    walk_sending(Person(stack))
