"""The whole server with a real mail server: what was promised arrives, whatever happens on the way. See `run`."""

import asyncio
import os
import sys
import tempfile
import time
import traceback

import arrivals
import bounces
import hostile
import kills
import patience
import starts
from checks import Checks

# Those that measure how long answers take are not to wait for a dozen servers that start, and for the passwords of their customers.
HEAD_START_SECONDS = 5
CASES = [*arrivals.CASES, *bounces.CASES, *kills.CASES, *hostile.CASES, *starts.CASES, *patience.CASES]


async def run(case, binary, folder):
    checks = Checks(case.__name__)
    await asyncio.sleep(0 if case in arrivals.CASES else HEAD_START_SECONDS)
    begin = time.monotonic()
    folder = os.path.join(folder, case.__name__)
    os.makedirs(folder)
    try:
        await case(binary, folder, checks)
    except Exception as error:
        checks.failed += 1
        print(f"FAILED {checks.case}: {error!r}\n{''.join(traceback.format_tb(error.__traceback__)[-3:])}", end="", flush=True)
    if checks.failed:
        show_log(checks.case, folder)
    print(f"{case.__name__}: {checks.passed} checks in {time.monotonic() - begin:.1f} s", flush=True)
    return checks


def show_log(case, folder):
    for place, _, files in os.walk(folder):
        if "server.log" in files:
            with open(os.path.join(place, "server.log"), encoding="utf-8", errors="replace") as log:
                print(f"  {case}: the server's last lines:\n{''.join(log.readlines()[-15:])}", end="", flush=True)


async def main(binary, *wanted):
    begin, binary = time.monotonic(), os.path.abspath(binary)
    cases = [case for case in CASES if case.__name__ in wanted or not wanted]
    with tempfile.TemporaryDirectory(prefix="doorstep-mail-") as folder:
        outcomes = await asyncio.gather(*(run(case, binary, folder) for case in cases))
    passed, failed = sum(checks.passed for checks in outcomes), sum(checks.failed for checks in outcomes)
    print(f"delivery: {len(outcomes)} cases in {time.monotonic() - begin:.0f} s")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(*sys.argv[1:])))
