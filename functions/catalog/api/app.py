"""The domain's one API."""

from kernel.http import Api

api = Api("catalog")

# A thing that is hidden must be gone within a minute, wherever its page was kept.
FRESH = "public, max-age=30"
