"""MongoDB as a replica set of three: when the primary dies or freezes, the other two elect the next one by themselves."""

import asyncio
import glob
import importlib.machinery
import os
import shutil
import signal

from engines import ROOT
from processes import Daemon, free_port, make_home, until

# The few words of MongoDB's protocol stand in a program of tools/databases.
protocol = importlib.machinery.SourceFileLoader(
    "mongodb_command", os.path.join(ROOT, "tools", "databases.d", "mongodb-command")).load_module()


def program():
    cache = os.environ.get("XDG_CACHE_HOME", os.path.expanduser("~/.cache"))
    for path in (shutil.which("mongod"), *glob.glob(os.path.join(cache, "doorstep", "mongodb", "mongod"))):
        if path:
            return path
    raise RuntimeError("mongod is missing: tools/databases start mongodb gets one")


class Member:
    def __init__(self, home, number):
        self.data = os.path.join(home, str(number))
        self.port = free_port()
        self.daemon = Daemon(os.path.join(home, f"{number}.log"))

    async def start(self):
        os.makedirs(self.data, exist_ok=True)
        if not os.getuid():
            shutil.chown(self.data, "nobody", "nogroup")
        await self.daemon.start(program(), "--replSet", "rs0", "--bind_ip", "127.0.0.1", "--port", str(self.port),
                                "--dbpath", self.data, "--wiredTigerCacheSizeGB", "0.25", "--setParameter",
                                "diagnosticDataCollectionEnabled=false")
        await until("MongoDB answers", self.answers)

    async def answers(self):
        return bool(await self.ask({"ping": 1}))

    async def is_primary(self):
        return await asyncio.to_thread(protocol.may_be_written, self.port)

    async def is_secondary(self):
        return b"\x08secondary\0\x01" in await self.ask({"hello": 1})

    async def ask(self, command):
        return await asyncio.to_thread(protocol.ask, self.port, command)


class Trio:
    name = "mongodb-trio"

    async def start(self, _folder):
        self.home = make_home("trio")
        self.members = [Member(self.home, number) for number in range(3)]
        await asyncio.gather(*(member.start() for member in self.members))
        hosts = [f"127.0.0.1:{member.port}" for member in self.members]
        config = {"_id": "rs0", "members": [{"_id": n, "host": host} for n, host in enumerate(hosts)]}
        await self.members[0].ask({"replSetInitiate": config})
        self.away = None
        await self.elect()
        await self.mend()
        self.url = f"mongodb://{','.join(hosts)}/shop?replicaSet=rs0"

    async def elect(self):
        """Waits for a primary among those that are there."""
        async def is_elected():
            for member in self.members:
                if member is not self.away and await member.is_primary():
                    self.primary = member
                    return True
        await until("a primary is elected", is_elected)

    async def kill_primary(self):
        self.away = self.primary
        await self.away.daemon.kill()

    async def freeze_primary(self):
        self.away = self.primary
        self.away.daemon.signal(signal.SIGSTOP)

    async def fail_over(self):
        await self.elect()

    async def mend(self):
        """The one that was away comes back and learns what it has missed."""
        if self.away is not None and self.away.daemon.process.returncode is not None:
            await self.away.start()
        elif self.away is not None:
            self.away.daemon.signal(signal.SIGCONT)
        self.away = None

        async def is_whole():
            await self.elect()
            return all([member is self.primary or await member.is_secondary() for member in self.members])
        await until("the replica set is whole", is_whole)

    async def stop(self):
        for member in self.members:
            await member.daemon.kill()
        shutil.rmtree(self.home)
