"""The mixed load: each operation writes its intent, asks, and believes only what was answered."""

import asyncio
import hashlib
import secrets
import time

from http1 import NoAnswer, NotSent
from model import MODES, Account, Session

MOST_ACCOUNTS = 6
MOST_SESSIONS = 6
# Refusals that say nothing about what happened: the database was gone when it should have said so.
UNKNOWN = ("unavailable", "timeout")


class Stopped(Exception):
    """The server is gone; the client waits for its next life."""


class Client:
    """Owns its accounts, so that no two requests of one account are under way at once."""

    def __init__(self, number, connection, ledger, chance):
        self.number = number
        self.connection = connection
        self.ledger = ledger
        self.chance = chance
        self.accounts = []
        self.settled = []
        self.made = 0
        self.stopping = False
        self.longest = 0.0

    async def run(self):
        try:
            while not self.stopping:
                await self.step()
        except Stopped:
            pass

    async def step(self):
        live = self.in_state("live")
        if len(live) < 2 or self.chance.random() < 0.08:
            return await self.sign_up()
        account = self.chance.choice(live)
        account.touched = True
        if not account.sessions or (len(account.sessions) < MOST_SESSIONS and self.chance.random() < 0.25):
            return await self.log_in(account)
        kinds = [self.refresh, self.log_out, self.end_others, self.change_password, self.change_profile, self.delete]
        await self.chance.choices(kinds, [6, 2, 1, 1, 6, 0.3])[0](account, self.chance.choice(account.sessions))

    async def send(self, account, kind, method, path, body=None, headers=None, *, secret=None):
        """One operation through the ledger. Leaves it pending on the account when it is not known what became of it."""
        number = self.ledger.intent(kind, account.email, {"body": body, **(secret or {})})
        begin = time.monotonic()
        try:
            response = await self.connection.request(method, path, body, headers)
        except NotSent as error:
            raise Stopped from error
        except NoAnswer as error:
            self.ledger.no_answer(number, kind)
            account.pending = (kind, secret or {})
            raise Stopped from error
        self.longest = max(self.longest, time.monotonic() - begin)
        self.ledger.answer(number, kind, response.status)
        if response.status >= 500 and response.status != 503:
            self.ledger.fault("broken", account.email, f"{kind}: {response.status} {response.body[:300]!r}")
        if response.status == 503:
            if "retry-after" not in response.headers:
                self.ledger.fault("broken", account.email, f"{kind}: a 503 without Retry-After")
            if response.code in UNKNOWN:
                account.pending = (kind, secret or {})
            # Sooner than Retry-After says: a test has little time, and the server must bear it.
            await asyncio.sleep(0.3)
        return response

    def in_state(self, state):
        """Accounts of which everything is known."""
        return [account for account in self.accounts if account.state == state and not account.pending]

    async def sign_up(self):
        gone = self.in_state("deleted")
        if gone and self.chance.random() < 0.5:
            # The address of an erased account is free again, and its new owner inherits nothing.
            account = self.chance.choice(gone)
            account.name, account.phone, account.old_passwords = self.word("Again "), None, []
            account.password = self.word("pass-")
        else:
            self.made += 1
            email = f"crash-{self.number}-{self.made}-{secrets.token_hex(3)}@example.com"
            account = Account(email, self.word("Name "), self.word("pass-"))
            self.accounts.append(account)
        account.touched = True
        mode = self.chance.choice(MODES)
        body = {"name": account.name, "email": account.email, "password": account.password, "session": mode}
        key = {"Idempotency-Key": secrets.token_hex(16)} if self.chance.random() < 0.5 else {}
        response = await self.send(account, "signup", "POST", "/api/signup", body, key, secret={"body": body, "key": key})
        if response.status == 201:
            account.state = "live"
            account.sessions.append(Session.opened(mode, response))
            self.retire()
        elif response.status < 500:
            self.ledger.fault("lost", account.email, f"a fresh address was refused: {response.status} {response.code}")

    async def log_in(self, account):
        mode = self.chance.choice(MODES)
        body = {"email": account.email, "password": account.password, "session": mode}
        response = await self.send(account, "login", "POST", "/api/login", body)
        if self.expect(account, "login", response, 200):
            account.sessions.append(Session.opened(mode, response))

    async def refresh(self, account, session):
        if session.mode != "jwt":
            return await self.change_profile(account, session)
        before = session.refresh
        response = await self.send(account, "refresh", "POST", "/api/token/refresh", {"refreshToken": before},
                                   secret={"session": session_id(session)})
        if self.expect(account, "refresh", response, 200):
            session.rotate(response.json())

    async def log_out(self, account, session):
        response = await self.send(account, "logout", "POST", "/api/logout", None, session.headers(),
                                   secret={"session": session_id(session)})
        if self.expect(account, "logout", response, 204):
            account.end([session])

    async def end_others(self, account, session):
        response = await self.send(account, "end_others", "DELETE", "/api/sessions", None, session.headers(),
                                   secret={"session": session_id(session)})
        if self.expect(account, "end_others", response, 204):
            account.end([other for other in account.sessions if other is not session])
            account.orphans = 0

    async def change_password(self, account, session):
        new = self.word("pass-")
        body = {"currentPassword": account.password, "newPassword": new}
        response = await self.send(account, "password", "POST", "/api/user/password", body, session.headers(),
                                   secret={"new": new, "session": session_id(session)})
        if self.expect(account, "password", response, 200):
            after = Session.opened(session.mode, response)
            if not (after.bearer or after.cookie):
                self.ledger.fault("broken", account.email, "a new password gave its session no new secret")
            account.changed_password(new, after)

    async def change_profile(self, account, session):
        change = {"name": self.word("Name "), "phone": f"+4930{self.chance.randrange(10**6, 10**7)}"}
        response = await self.send(account, "profile", "PATCH", "/api/user", change, session.headers(), secret=change)
        if self.expect(account, "profile", response, 200):
            account.name, account.phone = change["name"], change["phone"]

    async def delete(self, account, session):
        body = {"currentPassword": account.password}
        response = await self.send(account, "delete", "DELETE", "/api/user", body, session.headers())
        if self.expect(account, "delete", response, 204):
            account.deleted()

    def expect(self, account, kind, response, status):
        """True when the operation was acknowledged. Busy and limited are no faults; anything else means state was lost."""
        if response.status == status:
            return True
        if response.status < 500 and response.status != 429:
            detail = f"{kind} with what was acknowledged: {response.status} {response.code}"
            self.ledger.fault("lost", account.email, detail)
            self.accounts.remove(account)
        return False

    def retire(self):
        live = self.in_state("live")
        if len(live) > MOST_ACCOUNTS:
            self.accounts.remove(live[0])
            self.settled.append(live[0])

    def word(self, start):
        return start + self.chance.randbytes(9).hex()


def session_id(session):
    """Names a session in the ledger by a hash of its secret, which for jwt is the newest refresh token."""
    return hashlib.sha256((session.cookie or session.refresh or session.bearer).encode()).hexdigest()[:16]
