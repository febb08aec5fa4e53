"""PostgreSQL as a primary and a standby that confirms every commit; the standby takes over when the primary dies."""

import glob
import os
import shutil

from processes import Daemon, free_port, make_home, said_by, until
from switch import Switch


def program(name):
    folders = [*sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True), *os.environ["PATH"].split(":")]
    for folder in folders:
        if os.path.exists(path := os.path.join(folder, name)):
            return path
    raise RuntimeError(f"{name} is missing (on Debian: apt-get install postgresql)")


class Node:
    def __init__(self, home, name):
        self.home = home
        self.data = os.path.join(home, name)
        self.port = free_port()
        self.daemon = Daemon(os.path.join(home, f"{name}.log"))

    async def create(self):
        await said_by(program("initdb"), f"--pgdata={self.data}", "--username=admin", "--encoding=UTF8", "--locale=C", "--auth=trust")

    async def copy(self, primary):
        """Becomes a standby of `primary`, whatever it was before."""
        await self.daemon.kill()
        shutil.rmtree(self.data, ignore_errors=True)
        await said_by(program("pg_basebackup"), f"--host={self.home}", f"--port={primary.port}", "--username=admin",
                      f"--pgdata={self.data}", "--write-recovery-conf", "--checkpoint=fast")

    async def start(self):
        await self.daemon.start(program("postgres"), "-D", self.data, "-p", str(self.port), "-k", self.home,
                                "-c", "listen_addresses=127.0.0.1", "-c", "synchronous_commit=on", "-c", "max_connections=100")
        await until("PostgreSQL answers", self.answers)

    async def answers(self):
        return await self.sql("SELECT 1") == "1"

    async def sql(self, statement, database="postgres"):
        return await said_by(program("psql"), "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", f"--host={self.home}",
                             f"--port={self.port}", "--username=admin", f"--dbname={database}", f"--command={statement}")

    async def wait_for_standby(self, names):
        """`*`: every commit waits until a standby has it on its disk; nothing: it waits for nobody."""
        await self.sql(f"ALTER SYSTEM SET synchronous_standby_names = '{names}'")
        await self.sql("SELECT pg_reload_conf()")


class Pair:
    name = "postgres-pair"

    def __init__(self, confirms=True):
        """With a standby that does not confirm commits, the primary's death loses some: for the test of the test."""
        self.awaited = "*" if confirms else ""

    async def start(self, _folder):
        self.home = make_home("pair")
        self.primary, self.standby = Node(self.home, "a"), Node(self.home, "b")
        await self.primary.create()
        await self.primary.start()
        await self.primary.sql("CREATE ROLE doorstep LOGIN")
        await self.primary.sql("CREATE DATABASE shop OWNER doorstep")
        await self.join()
        self.switch = Switch()
        await self.switch.start()
        self.switch.point_to(self.primary.port)
        self.url = f"postgres://doorstep@127.0.0.1:{self.switch.port}/shop"

    async def join(self):
        """A new standby, without which no commit counts from now on."""
        await self.standby.copy(self.primary)
        await self.standby.start()
        await self.primary.wait_for_standby(self.awaited)

        async def is_joined():
            state = "sync" if self.awaited else "async"
            return await self.primary.sql("SELECT sync_state FROM pg_stat_replication") == state
        await until("the standby follows", is_joined)

    async def kill_primary(self):
        await self.primary.daemon.kill()
        self.switch.point_to(None)

    async def lose_standby(self):
        """It is gone while the primary goes on: no commit may count now."""
        await self.standby.daemon.kill()

    async def fail_over(self):
        """What an operator or their software does: promote, point the address there, and make a new standby later."""
        self.primary, self.standby = self.standby, self.primary
        if self.primary.daemon.process.returncode is not None:
            await self.primary.start()
        await self.primary.sql("SELECT pg_promote()")
        # It inherited the order to wait, and has nobody yet to wait for.
        await self.primary.wait_for_standby("")
        self.switch.point_to(self.primary.port)

    async def mend(self):
        await self.join()

    async def stop(self):
        await self.switch.stop()
        for node in (self.primary, self.standby):
            await node.daemon.kill()
        shutil.rmtree(self.home)
