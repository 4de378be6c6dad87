"""Points in time as people write them on a command line."""

import re
from datetime import UTC, datetime

AGO = re.compile(r"(\d+)([smhd])")
UNIT_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
WANTED = "an instant (2020-01-14T10:00Z), a day (2020-01-14) or an age (90s, 10m, 2h, 1d)"


def milliseconds(given: str, *, now_seconds: float) -> int | None:
    """Epoch milliseconds of an instant (UTC where no zone is given) or of an age; 0 at least, None if it is neither."""
    age = AGO.fullmatch(given)
    if age:
        return max(round((now_seconds - int(age[1]) * UNIT_SECONDS[age[2]]) * 1000), 0)
    try:
        instant = datetime.fromisoformat(given)
    except ValueError:
        return None
    return max(round((instant if instant.tzinfo else instant.replace(tzinfo=UTC)).timestamp() * 1000), 0)
