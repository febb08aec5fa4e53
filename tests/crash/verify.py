"""After each restart: what the ledger says must hold, and what was never answered must be whole or absent."""

import asyncio
import time

from model import GRACE_SECONDS, Session
from ops import session_id

# Far enough from the edges of the grace window that a slow machine cannot move an answer across them.
SURELY_IN_GRACE, SURELY_PAST_GRACE = GRACE_SECONDS - 12, GRACE_SECONDS + 5


class Verifier:
    def __init__(self, connection, ledger):
        self.connection = connection
        self.ledger = ledger
        self.checks = 0

    async def ask(self, method, path, body=None, headers=None):
        """Nothing kills the server now, so every question has an answer; on a crowded machine it may have to wait."""
        self.checks += 1
        for patience in range(20):
            response = await self.connection.request(method, path, body, headers)
            if response.status != 503:
                break
            await asyncio.sleep(0.2 * patience)
        if response.status >= 500 or response.status == 429:
            raise RuntimeError(f"cannot verify: {method} {path} answered {response.status} {response.body[:200]!r}")
        return response

    def fault(self, what, account, detail):
        self.ledger.fault(what, account.email, detail)

    async def alive(self, session):
        return (await self.ask("GET", "/api/user", None, session.headers())).status == 200

    async def password_opens(self, account, password):
        """Tries a login and closes the session that it opened."""
        body = {"email": account.email, "password": password, "session": "token"}
        response = await self.ask("POST", "/api/login", body)
        if response.status == 200:
            await self.ask("POST", "/api/logout", None, Session.opened("token", response).headers())
        return response.status == 200

    async def verify(self, account):
        if account.pending:
            kind, detail = account.pending
            account.pending = None
            await getattr(self, f"settle_{kind}")(account, detail)
        if account.state == "live":
            await self.check_profile_and_sessions(account)
            await self.check_passwords(account)
        await self.check_ended(account)
        if account.state == "deleted" and account.touched and await self.password_opens(account, account.password):
            self.fault("revived", account, "an erased account logs in")
        account.touched = False

    # What was never answered: both outcomes are right, a mixture is not.

    async def settle_signup(self, account, detail):
        if detail["key"]:
            # A client that got no answer repeats the request with its key: one account, whatever happened before.
            response = await self.ask("POST", "/api/signup", detail["body"], detail["key"])
            if response.status != 201:
                return self.fault("torn", account, f"repeated sign-up with its key: {response.status} {response.code}")
            account.sessions = [Session.opened(detail["body"]["session"], response)]
            account.state = "live"
        elif await self.password_opens(account, account.password):
            account.state, account.orphans = "live", 1
        else:
            # Absent must mean absent: the address is free.
            response = await self.ask("POST", "/api/signup", detail["body"])
            if response.status != 201:
                return self.fault("torn", account, f"no login, but sign-up again: {response.status} {response.code}")
            account.state = "live"
            account.sessions = [Session.opened(detail["body"]["session"], response)]

    async def settle_login(self, account, _detail):
        account.orphans += 1

    async def settle_refresh(self, account, detail):
        session = self.named(account, detail)
        response = await self.ask("POST", "/api/token/refresh", {"refreshToken": session.refresh})
        if response.status != 200:
            account.end([session])
            return self.fault("lost", account, f"refresh repeated after no answer: {response.status} {response.code}")
        session.rotate(response.json())

    async def settle_logout(self, account, detail):
        session = self.named(account, detail)
        if not await self.alive(session):
            account.end([session])

    async def settle_end_others(self, account, detail):
        keep = self.named(account, detail)
        others = [session for session in account.sessions if session is not keep]
        alive = [session for session in others if await self.alive(session)]
        if alive and len(alive) < len(others):
            self.fault("torn", account, f"end others: {len(alive)} of {len(others)} still live")
        account.end([session for session in others if session not in alive])
        if others and not alive:
            account.orphans = 0

    async def settle_password(self, account, detail):
        keep = self.named(account, detail)
        others = [session for session in account.sessions if session is not keep]
        if await self.password_opens(account, detail["new"]):
            account.changed_password(detail["new"])
            # Old password and old sessions are looked at below, as after any acknowledged change.
            return
        for session in others:
            if not await self.alive(session):
                self.fault("torn", account, "password not changed, but a session ended")
                account.end([session])

    async def settle_profile(self, account, detail):
        seen = await self.profile(account)
        if seen == (detail["name"], detail["phone"]):
            account.name, account.phone = seen
        elif seen is not None and seen != (account.name, account.phone):
            self.fault("torn", account, f"profile is {seen}")
            account.name, account.phone = seen

    async def settle_delete(self, account, _detail):
        gone = not await self.password_opens(account, account.password)
        alive = [session for session in account.sessions if await self.alive(session)]
        if gone and alive:
            self.fault("torn", account, "erased, but a session lives")
        if gone:
            account.deleted()

    # What was acknowledged.

    async def profile(self, account):
        response = await self.ask("GET", "/api/user", None, account.sessions[0].headers())
        user = response.json().get("user")
        return user and (user["name"], user.get("phone"))

    async def check_profile_and_sessions(self, account):
        expected = {"name": account.name, "email": account.email, "phone": account.phone}
        for session in list(account.sessions):
            response = await self.ask("GET", "/api/user", None, session.headers())
            if response.code == "token_expired":
                continue  # its refresh token is tried below
            if response.status != 200:
                self.fault("lost", account, f"{session.mode} session: {response.status} {response.code}")
                account.end([session])
                continue
            user = response.json()["user"]
            seen = {name: user.get(name) for name in expected}
            if seen != expected:
                self.fault("lost", account, f"profile {seen}, acknowledged {expected}")
        for session in [session for session in account.sessions if session.mode == "jwt"]:
            await self.check_refresh(account, session)
        if account.sessions:
            listed = await self.ask("GET", "/api/sessions", None, account.sessions[0].headers())
            count, known = len(listed.json().get("sessions", [])), len(account.sessions)
            if not known <= count <= known + account.orphans:
                what = "revived" if count > known else "lost"
                self.fault(what, account, f"{count} sessions listed, {known} known, {account.orphans} unanswered")

    async def check_refresh(self, account, session):
        now = time.monotonic()
        if session.rotated and now - session.rotated[-1][1] < SURELY_IN_GRACE:
            again = await self.ask("POST", "/api/token/refresh", {"refreshToken": session.rotated[-1][0]})
            if again.status != 200 or again.json()["refreshToken"] != session.refresh:
                self.fault("doubled", account, f"a repeated refresh made another successor: {again.status} {again.code}")
        response = await self.ask("POST", "/api/token/refresh", {"refreshToken": session.refresh})
        if response.status != 200:
            self.fault("lost", account, f"newest refresh token: {response.status} {response.code}")
            return account.end([session])
        session.rotate(response.json())
        if now - session.rotated[0][1] > SURELY_PAST_GRACE:
            await self.check_reuse(account, session)

    async def check_reuse(self, account, session):
        """An old refresh token is refused for good, and takes its whole session with it."""
        response = await self.ask("POST", "/api/token/refresh", {"refreshToken": session.rotated[0][0]})
        if response.status != 401:
            self.fault("revived", account, f"a used refresh token: {response.status}")
        account.end([session])

    async def check_ended(self, account):
        for session in account.ended:
            if await self.alive(session):
                self.fault("revived", account, f"ended {session.mode} session answers")
            if session.refresh:
                response = await self.ask("POST", "/api/token/refresh", {"refreshToken": session.refresh})
                if response.status != 401:
                    self.fault("revived", account, f"refresh token of an ended session: {response.status}")
        account.ended = account.ended[-4:]

    async def check_passwords(self, account):
        # Wrong ones first: the right one then clears the account's counter of attempts.
        for old in account.old_passwords[-2:]:
            if await self.password_opens(account, old):
                self.fault("revived", account, "an old password logs in")
        if not await self.password_opens(account, account.password):
            self.fault("lost", account, "the acknowledged password does not log in")
        body = {"name": account.name, "email": account.email.upper(), "password": account.password}
        response = await self.ask("POST", "/api/signup", body)
        if response.status != 409:
            self.fault("doubled", account, f"the address signs up twice: {response.status}")

    @staticmethod
    def named(account, detail):
        return next(session for session in account.sessions if session_id(session) == detail["session"])
