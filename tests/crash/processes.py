"""Database servers of a campaign's own: started as nobody on loopback, killed with all their children."""

import asyncio
import os
import shutil
import signal
import socket
import tempfile
import time

ANSWERS_WITHIN = 60.0


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def as_nobody():
    """Stands before a command: PostgreSQL refuses to be root."""
    if os.getuid():
        return []
    return ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]


def make_home(name):
    # Not below /tmp, which is memory on some machines.
    home = tempfile.mkdtemp(prefix=f"doorstep-{name}-", dir=os.environ.get("TMPDIR", "/var/tmp"))
    if not os.getuid():
        shutil.chown(home, "nobody", "nogroup")
    return home


async def said_by(*command):
    """What a command says; it must succeed."""
    process = await asyncio.create_subprocess_exec(
        *as_nobody(), *command, cwd="/", stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT)
    said, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"{os.path.basename(command[0])}: {said.decode(errors='replace')[-500:]}")
    return said.decode().strip()


async def until(what, attempt):
    """Asks until the answer is yes. A failure is a no."""
    begin = time.monotonic()
    while time.monotonic() - begin < ANSWERS_WITHIN:
        try:
            if await attempt():
                return time.monotonic() - begin
        except (RuntimeError, OSError):
            pass
        await asyncio.sleep(0.05)
    raise RuntimeError(f"{what}: not within {ANSWERS_WITHIN:.0f} s")


class Daemon:
    """A process and what it has started itself."""

    def __init__(self, log):
        self.log = log
        self.process = None

    async def start(self, *command):
        with open(self.log, "ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *as_nobody(), *command, cwd="/", stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True)

    def signal(self, number):
        """To the parent first, so that it starts no more children."""
        family = [self.process.pid, *children(self.process.pid)]
        for pid in family:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass

    async def kill(self):
        if self.process is not None and self.process.returncode is None:
            self.signal(signal.SIGKILL)
            await self.process.wait()


def children(parent):
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/stat") as stat:
                # The name stands in brackets and may hold anything; the state and the parent follow it.
                if int(stat.read().rpartition(")")[2].split()[1]) == parent:
                    found.append(int(pid))
        except (OSError, ValueError):
            continue
    return found
