"""The databases: SQLite inside the server, or a server of its own that can be killed and started again on its data."""

import asyncio
import os

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
NAMES = {"sqlite": "SQLite", "postgres": "PostgreSQL", "mariadb": "MariaDB", "mysql": "MySQL", "mongodb": "MongoDB",
         "postgres-pair": "PostgreSQL with a standby", "mongodb-trio": "MongoDB with three members"}


class Embedded:
    name = "sqlite"

    async def start(self, folder):
        self.url = f"sqlite:{os.path.join(folder, 'crash.db')}"

    async def stop(self):
        pass


class Hosted:
    """Started by tools/databases, under a label of its own: nobody else's server is killed."""

    def __init__(self, name, label="crash"):
        self.name = name
        self.label = label

    async def start(self, _folder):
        await self._databases("start")
        self.url = await self._databases("fresh")

    async def kill(self):
        await self._databases("kill")

    async def restart(self):
        """Returns when it answers again."""
        await self._databases("restart")

    async def stop(self):
        await self._databases("stop")

    async def _databases(self, verb):
        tool = os.path.join(ROOT, "tools", "databases")
        process = await asyncio.create_subprocess_exec(
            tool, verb, "--label", self.label, self.name,
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE)
        said, _ = await process.communicate()
        if process.returncode:
            raise RuntimeError(f"tools/databases {verb} {self.name} failed")
        return said.decode().strip()
