"""All that reports tells of, and the words of people that are said on the way."""

from tests.builders import reports as a

PERSONAL = ("my secret wish",)


def everything() -> None:
    a.as_user()(
        "POST", "/v1/me/activity", a.activities(a.an_activity(kind="searched", query="my secret wish", product_id=None))
    )
    a.nobody("POST", "/v1/activity", a.activities())
