"""Views of what orders tells."""

from kernel.events import Seen


class OrderFinal(Seen):
    order_id: str
    how: str
