"""Identity and access on trial."""

from tests.chaos import house_bugs, identity_bugs
from tests.chaos.identity_world import SHELVES, IdentityWorld
from tests.chaos.trial import Fewest, Trial

TOLD = (
    *(
        f"functions/identity/store/{name}.py"
        for name in ("addresses", "api_keys", "avatars", "contacts", "erasure", "guests", "second_factors", "social")
    ),
    *(f"functions/access/store/{name}.py" for name in ("__init__", "keys")),
)
TRIAL = Trial(
    make_world=IdentityWorld,
    shelves=SHELVES,
    domains=("identity", "access"),
    bugs=house_bugs.BUGS | identity_bugs.BUGS,
    fewest=Fewest(actors=3, calls=30, faults=1),
    walks=(0, 1),
    told=TOLD,
    deaths="tests.chaos.process_death",
)
