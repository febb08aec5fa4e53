"""The whole server with a mail server: customers, what the outbox holds, what the metrics say."""

import asyncio
import os
import re
import secrets
import sqlite3
import time
import uuid

from checks import until
from http1 import Connection
from office import Office, OfficeServer, reserve
from server import Server, free_port

FROM = "Nordlicht <shop@nordlicht.example>"
# Longer than sending takes: crates/account/src/mail/worker.rs.
LEASE_SECONDS = 480


class Customer:
    def __init__(self, email, password, token):
        self.email, self.password, self.token = email, password, token

    def headers(self):
        return {"Authorization": f"Bearer {self.token}"}


class Row:
    """A message in the outbox. `due_in`: seconds from now."""

    def __init__(self, number, topic, due_at, lease):
        self.mail_id = f"<{uuid.UUID(bytes=number)}@nordlicht.example>"
        self.topic, self.lease = topic, lease
        self.due_in = due_at / 1000 - time.time()


class Shop:
    """Used with `async with`. Its mail server is closed until `open_office`."""

    def __init__(self, binary, folder, first=None, settings=None, url="smtp://127.0.0.1:{port}?tls=none"):
        os.makedirs(folder, exist_ok=True)
        self.office, self.post = Office(first), None
        self.reserved = reserve()
        self.mail_port, self.metrics_port = self.reserved.getsockname()[1], free_port()
        self.file = os.path.join(folder, "doorstep.db")
        settings = {
            "DOORSTEP_MAIL_URL": url.format(port=self.mail_port), "DOORSTEP_MAIL_FROM": FROM, "DOORSTEP_SHOP_NAME": "Nordlicht",
            "DOORSTEP_METRICS_LISTEN": f"127.0.0.1:{self.metrics_port}", **(settings or {})}
        self.server = Server(binary, folder, f"sqlite:{self.file}", settings)
        self.connection = Connection(self.server.port)

    async def __aenter__(self):
        await self.server.start()
        return self

    async def __aexit__(self, *_):
        await self.kill()
        await self.close_office()
        self.reserved.close()
        self.server.log.close()

    async def kill(self):
        self.connection.close()
        await self.server.kill()

    async def open_office(self, *arguments, **more):
        """Starting it asks it for its greeting: slowness comes later."""
        post = OfficeServer(self.office, *arguments, port=self.mail_port, **more)
        await asyncio.to_thread(post.start)
        self.post = post

    async def close_office(self):
        if self.post:
            await asyncio.to_thread(self.post.stop, no_assert=True)
        self.post = None

    async def ask(self, method, path, body=None, headers=None):
        """The answer, and how many milliseconds it took."""
        begin = time.monotonic()
        answer = await self.connection.request(method, path, body, headers)
        return answer, (time.monotonic() - begin) * 1000

    async def sign_up(self, address, name="Ada Lovelace"):
        password = secrets.token_urlsafe(18)
        answer, _ = await self.ask("POST", "/api/signup", {"name": name, "email": address, "password": password, "session": "token"})
        if answer.status != 201:
            raise RuntimeError(f"sign-up of {address}: {answer.status} {answer.body!r}")
        return Customer(address, password, answer.json()["token"])

    async def recover(self, address, headers=None):
        return await self.ask("POST", "/api/recovery", {"email": address}, headers)

    async def user(self, customer):
        return (await self.ask("GET", "/api/user", headers=customer.headers()))[0].json()["user"]

    def outbox(self):
        with sqlite3.connect(self.file, timeout=10) as database:
            rows = database.execute("SELECT id, topic, due_at, lease FROM outbox ORDER BY due_at").fetchall()
        database.close()
        return [Row(*row) for row in rows]

    def end_leases(self, rows):
        """As if somebody had waited until these leases were over."""
        self.write("UPDATE outbox SET due_at = 0 WHERE lease = ?", [(row.lease,) for row in rows])

    def end_waiting(self):
        """As if everything that was put off were due."""
        self.write("UPDATE outbox SET due_at = 0", [()])

    def write(self, statement, values):
        with sqlite3.connect(self.file, timeout=10) as database:
            database.executemany(statement, values)
        database.close()

    async def all_sent(self, within=45.0):
        """Nothing is left to be sent: from here on no mail can arrive once more."""
        await until("an empty outbox", lambda: len(self.outbox()), lambda left: left == 0, within)

    async def count(self, outcome):
        connection = Connection(self.metrics_port)
        text = (await connection.request("GET", "/metrics")).body.decode()
        connection.close()
        found = re.search(rf'^doorstep_mails_total{{outcome="{outcome}"}} (\d+)$', text, re.M)
        return int(found[1]) if found else 0

    def said(self):
        with open(self.server.log.name, encoding="utf-8", errors="replace") as log:
            return log.read()
