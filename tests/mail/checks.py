"""What was expected, and what was there instead."""

import asyncio
import time


class Missed(Exception):
    """Something did not happen in time."""


class Checks:
    def __init__(self, case):
        self.case, self.passed, self.failed = case, 0, 0

    def equal(self, what, expected, got):
        self.holds(what, expected == got, expected, got)

    def holds(self, what, is_right, expected, got):
        self.passed, self.failed = self.passed + bool(is_right), self.failed + (not is_right)
        if not is_right:
            print(f"FAILED {self.case}: {what}: expected {expected}, got {got}", flush=True)


async def until(what, look, is_right, within=30.0):
    """Looks again and again; what it then sees."""
    end = time.monotonic() + within
    while True:
        seen = look()
        if is_right(seen):
            return seen
        if time.monotonic() > end:
            raise Missed(f"expected {what} within {within:.0f} s, got {seen!r}")
        await asyncio.sleep(0.05)
