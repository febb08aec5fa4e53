"""After a fault: everybody is asked over HTTP, then the database is looked at without the server."""

import asyncio
import os
import sqlite3

from server import plain_environment


async def verify(clients, verifiers, *, everything, chance):
    async def one(client, verifier):
        settled = client.settled if everything else chance.sample(client.settled, min(1, len(client.settled)))
        touched = [account for account in client.accounts if account.touched or account.pending or everything]
        for account in [*touched, *settled]:
            await verifier.verify(account)
        verifier.connection.close()
    await asyncio.gather(*(one(client, verifier) for client, verifier in zip(clients, verifiers)))


async def as_file(server):
    """The database as a SQLite file. Another engine's is copied into one, row by row, by Doorstep itself."""
    if server.url.startswith("sqlite:"):
        return server.url.removeprefix("sqlite:")
    copy = os.path.join(server.folder, "copy.db")
    if os.path.exists(copy):
        return copy
    move = await asyncio.create_subprocess_exec(
        server.binary, "move", "--from", server.url, "--to", f"sqlite:{copy}",
        cwd=server.folder, stdin=asyncio.subprocess.DEVNULL, stdout=server.log, stderr=server.log, env=plain_environment())
    if await move.wait():
        raise RuntimeError("the database could not be copied, see server.log")
    return copy


async def inspect(server, clients, ledger):
    """Looks at the rows themselves, without the server: sound, one for each address, its audit row beside it."""
    with sqlite3.connect(await as_file(server)) as connection:
        sound = connection.execute("PRAGMA integrity_check").fetchone()[0]
        rows = dict(connection.execute("SELECT CAST(email_key AS TEXT), count(*) FROM customers GROUP BY 1"))
        unaudited = connection.execute(
            "SELECT CAST(email_key AS TEXT) FROM customers WHERE 1 <> "
            "(SELECT count(*) FROM audit WHERE audit.customer = customers.id AND kind = 'signed_up')").fetchall()
    if sound != "ok":
        ledger.fault("torn", "", f"integrity: {sound}")
    for email, in unaudited:
        ledger.fault("torn", email, "not exactly one audit row of its sign-up")
    for account in [account for client in clients for account in client.accounts + client.settled]:
        count = rows.pop(account.email, 0)
        if count != (account.state == "live"):
            ledger.fault("doubled" if count else "lost", account.email, f"{count} rows for a {account.state} account")
    for email, count in rows.items():
        ledger.fault("torn", email, f"{count} rows that no ledger knows")
