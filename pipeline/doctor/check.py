"""What a check finds: one line, and the next command where something is wrong."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """`ok` None: it could not be checked, which is no fault. `next_step` is what to do about it."""

    name: str
    ok: bool | None
    detail: str
    next_step: str | None = None
