"""The domain's one API, and what its routes have in common."""

from kernel.http import Api

api = Api("search")
