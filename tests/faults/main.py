"""The disk in trouble, under the real server. See `run`."""

import asyncio
import os
import shutil
import sys

import flush
import full
from shop import Checks


def main():
    binary = os.path.abspath(sys.argv[1])
    checks, skipped = Checks(), 0
    if not asyncio.run(full.run(binary, checks)):
        print("skipped: a full disk needs a small tmpfs, and only root may mount one")
        skipped += 1
    if not shutil.which("strace"):
        print("skipped: failing flushes need strace (on Debian: apt-get install strace)")
        skipped += 1
    else:
        asyncio.run(flush.run(binary, checks))
    print(f"{checks.passed} passed, {checks.failed} failed, {skipped} skipped")
    sys.exit(1 if checks.failed else 0)


if __name__ == "__main__":
    main()
