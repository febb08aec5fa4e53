"""The real binary on files that outlive it: started, killed without warning, started again."""

import asyncio
import os
import random
import socket
import time

from http1 import Connection

READY_WITHIN = 20.0
# A start without its database ends by itself, soon.
ENDED_WITHIN = 10.0


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def plain_environment():
    """Without the caller's settings: the promises are those of the defaults."""
    return {name: value for name, value in os.environ.items() if not name.startswith("DOORSTEP_")}


class Server:
    def __init__(self, binary, folder, url, settings=None):
        self.settings = settings or {}
        self.binary = binary
        self.folder = folder
        self.url = url
        self.log = open(os.path.join(folder, "server.log"), "ab")
        # One port for all lives: the default issuer of tokens names it.
        self.port = free_port()
        self.process = None
        self.ready_ms = []

    async def spawn(self):
        self.process = await asyncio.create_subprocess_exec(
            self.binary, "serve", "--listen", f"127.0.0.1:{self.port}",
            "--database", self.url, "--mode", "dev",
            cwd=self.folder, stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE, stderr=self.log, env=plain_environment() | self.settings)

    async def start(self):
        """Starts and waits for the line that says «ready». Returns how long that took, in milliseconds."""
        begin = time.monotonic()
        await self.spawn()
        line = await asyncio.wait_for(self.process.stdout.readline(), READY_WITHIN)
        if b"ready on http" not in line:
            raise RuntimeError(f"the server did not start: {line!r}, see server.log")
        took = (time.monotonic() - begin) * 1000
        self.ready_ms.append(took)
        return took

    async def start_and_kill_midway(self, chance: random.Random):
        """A kill during the start itself: migrations, key creation and recovery must survive it too."""
        await self.spawn()
        await asyncio.sleep(chance.uniform(0.0, 0.06))
        await self.kill()

    async def refuses_to_start(self):
        """Whether a start ends by itself, with a failure."""
        await self.spawn()
        try:
            return await asyncio.wait_for(self.process.wait(), ENDED_WITHIN) != 0
        except TimeoutError:
            await self.kill()
            return False

    async def ask(self, method, path):
        """A question of nobody in particular, over a connection of its own."""
        connection = Connection(self.port)
        try:
            return await connection.request(method, path)
        finally:
            connection.close()

    async def kill(self):
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()
