"""Ten thousand mails wait: what customers notice of it, and how fast they go once the mail server is there."""

import asyncio
import os
import sqlite3
import threading
import time
import uuid

from processes import free_port

WAITING = 10_000
ACCOUNTS = "mails"
LONGEST = 300


class Sink:
    """A mail server that takes everything (RFC 5321), and counts."""

    def __init__(self, port):
        self.port, self.taken = port, 0
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def run(self):
        asyncio.set_event_loop(self.loop)
        self.server = self.loop.run_until_complete(asyncio.start_server(self.talk, "127.0.0.1", self.port))
        self.loop.run_forever()

    async def talk(self, reader, writer):
        writer.write(b"220 sink ESMTP\r\n")
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"EHLO":
                writer.write(b"250-sink\r\n250 8BITMIME\r\n")
            elif verb == b"DATA":
                writer.write(b"354 go on\r\n")
                await reader.readuntil(b"\r\n.\r\n")
                self.taken += 1
                writer.write(b"250 taken\r\n")
            elif verb == b"QUIT":
                writer.write(b"221 bye\r\n")
                return writer.close()
            else:
                writer.write(b"250 fine\r\n")
        writer.close()

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()


def fill(path):
    """Notices of new passwords, as the server writes them, of the accounts that there are."""
    with sqlite3.connect(path, timeout=30) as database:
        customers = [row[0] for row in database.execute("SELECT id FROM customers")]
        now = int(time.time() * 1000)
        database.executemany(
            "INSERT INTO outbox (id, topic, customer, payload, created_at, due_at, attempts, dead) VALUES (?, 'mail', ?, ?, ?, ?, 0, 0)",
            ((uuid.uuid4().bytes, customers[number % len(customers)], '{"kind":"password_changed","device":"Chrome on Linux"}', now, now)
             for number in range(WAITING)))


def left(path):
    with sqlite3.connect(path, timeout=30) as database:
        return database.execute("SELECT COUNT(*) FROM outbox").fetchone()[0]


def mails(bench, scale):
    port, path = free_port(), os.path.join(bench.folder, "mails.db")
    settings = {"MAIL_URL": f"smtp://127.0.0.1:{port}?tls=none", "LIMITS_MAIL_TOTAL": "1000000 in 1m", "LIMITS_NOTICE_PER_ACCOUNT": "1000000 in 1m"}
    with bench.serve("mails.db", **settings) as server:
        made = bench.load("closed", server, what="signup", prefix=ACCOUNTS, connections=16, seconds=4 * scale)["requests"]
        headers = bench.headers_file(server, "cookie", 16, ACCOUNTS)

        def figures():
            checks = bench.load("paced", server, what="get", path="/api/user", headers=headers, connections=32, rate=500, seconds=6 * scale)
            logins = bench.load("closed", server, what="login", prefix=ACCOUNTS, accounts=made, connections=16, seconds=6 * scale)
            return {"checks": checks, "logins": logins, "memory": server.memory_mib("VmRSS")}
        rest = figures()
        fill(path)
        time.sleep(5)
        waiting = figures()
        with Sink(port) as sink:
            began = time.monotonic()
            while not sink.taken and time.monotonic() - began < LONGEST:
                time.sleep(0.05)
            began, first = time.monotonic(), sink.taken
            sending = figures()
            while left(path) and time.monotonic() - began < LONGEST:
                time.sleep(0.2)
            took = time.monotonic() - began
            return {"rest": rest, "waiting": waiting, "sending": sending, "taken": sink.taken, "left": left(path),
                    "rate": (sink.taken - first) / took, "peak": server.memory_mib("VmHWM")}
