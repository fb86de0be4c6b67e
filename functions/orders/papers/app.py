"""The door's own api: the domain's other routes are served by another function."""

from kernel.http import Api

api = Api("orders")
