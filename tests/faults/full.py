"""A full disk: what adds is refused, what reads and what ends goes on, and room heals it without a restart."""

import os
import sqlite3
import subprocess
import tempfile

from server import Server
from shop import Shop

SIZE = 64 << 20
CUSTOMERS, SESSIONS_EACH = 30, 10
# So many sign-ups are tried until the disk says no: the log's room is used up long before.
MOST_SIGNUPS = 1500


class SmallDisk:
    """A tmpfs of 64 MiB, and a file that takes all that is left of it."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="doorstep-full-")
        self.filler = os.path.join(self.folder, "filler")

    def mount(self):
        command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", self.folder]
        return subprocess.run(command, capture_output=True).returncode == 0

    def fill(self):
        with open(self.filler, "ab", buffering=0) as file:
            for size in (1 << 20, 4096, 1):
                try:
                    while True:
                        file.write(b"\0" * size)
                except OSError:
                    continue

    def free(self):
        os.remove(self.filler)

    def unmount(self):
        subprocess.run(["umount", "--lazy", self.folder], check=True)
        os.rmdir(self.folder)


async def run(binary, checks):
    """False when there is no such disk to be had."""
    disk = SmallDisk()
    if not disk.mount():
        os.rmdir(disk.folder)
        return False
    # The server's own log is on the same disk.
    server = Server(binary, disk.folder, f"sqlite:{disk.folder}/shop.db")
    try:
        await server.start()
        shop = Shop(server.port, checks)
        sessions = await open_sessions(shop)
        disk.fill()
        ended = await while_full(shop, sessions, checks)
        await server.kill()
        shop.connection.close()
        await server.start()
        await after_a_restart(shop, sessions, ended, checks)
        disk.free()
        healed = await shop.heals_within(10, shop.sign_up)
        checks.that("it heals without a restart", healed is not None)
        await server.kill()
        in_the_file(server.url, shop, checks)
        print(f"note: on a full disk {len(shop.refused)} sign-ups were refused, {len(ended)} logouts in a row carried out; "
              f"healed {healed or -1:.2f} s after there was room")
    finally:
        await server.kill()
        disk.unmount()
    return True


async def open_sessions(shop):
    sessions = []
    for _ in range(CUSTOMERS):
        customer = await shop.sign_up()
        sessions += [customer.session] + [await shop.log_in(customer) for _ in range(SESSIONS_EACH - 1)]
    return sessions


async def while_full(shop, sessions, checks):
    """Sign-ups until one is refused, and then all are; everything else that is left. Returns the sessions that were ended."""
    for tried in range(MOST_SIGNUPS):
        if await shop.sign_up() is None:
            break
    checks.that("a full disk refuses a sign-up at last", tried + 1 < MOST_SIGNUPS)
    first = shop.acknowledged[0]
    for _ in range(10):
        checks.that("a full disk refuses every sign-up", await shop.sign_up() is None)
        checks.that("a full disk refuses a login", await shop.log_in(first) is None)
    alive = [await shop.is_alive(session) for session in sessions]
    checks.that("every session is read on a full disk", all(alive), f"{alive.count(False)} of {len(alive)} are not")
    for path in ("/healthz", "/readyz"):
        checks.that(f"{path} is green on a full disk", await shop.status(path) == 200)
    ended = [session for session in sessions[1:] if await shop.log_out(session)]
    checks.that("every logout is carried out", len(ended) == len(sessions) - 1, f"{len(ended)} of {len(sessions) - 1}")
    return ended


async def after_a_restart(shop, sessions, ended, checks):
    """The server was killed and started on the full disk."""
    revived = [session for session in ended if await shop.is_alive(session)]
    checks.that("an ended session stays ended", not revived, f"{len(revived)} revived")
    checks.that("the session that was not ended lives", await shop.is_alive(sessions[0]))
    checks.that("a restart on a full disk adds nothing", await shop.sign_up() is None)


def in_the_file(url, shop, checks):
    """Without the server: sound, and whoever was told yes is there, whoever was told no is not."""
    with sqlite3.connect(url.removeprefix("sqlite:")) as connection:
        sound = connection.execute("PRAGMA integrity_check").fetchone()[0]
        rows = sorted(email for email, in connection.execute("SELECT CAST(email_key AS TEXT) FROM customers"))
    checks.that("the file is sound", sound == "ok", sound)
    acknowledged = sorted(customer.email for customer in shop.acknowledged)
    difference = set(rows) ^ set(acknowledged)
    checks.that("the file holds exactly who was told yes", rows == acknowledged, f"{len(difference)} differ")
