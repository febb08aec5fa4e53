"""Mails that arrive: at once, after the mail server was away, from one that is slow."""

import asyncio
import secrets
import statistics
from collections import Counter

from checks import until
from shop import FROM, Shop

# Nobody waits for a mail server: it may be away, or take seconds for each word. A new password is hashed besides, and then waits for
# the processors.
MOST_MS = 500
MOST_MS_WITH_A_HASH = 3000
AWAY_SECONDS = 12


async def a_forgotten_password(binary, folder, checks):
    async with Shop(binary, folder) as shop:
        await shop.open_office()
        ada = await shop.sign_up("ada@customer.example")
        answer, _ = await shop.recover(ada.email, {"Accept-Language": "de-AT,de;q=0.9"})
        checks.equal("the answer to a recovery", 202, answer.status)
        unknown, _ = await shop.recover("nobody@customer.example")
        checks.equal("the answer for an address that nobody has", (202, {"message", "request"}), (unknown.status, set(unknown.json())))
        await until("a mail", lambda: len(shop.office.mails), lambda count: count >= 1)
        await shop.all_sent()
        checks.equal("who got a mail", [[ada.email]], [mail.to for mail in shop.office.mails])
        mail = shop.office.mails[0]
        headers_are_right(checks, mail, ada.email, "de")
        await a_new_password(shop, checks, ada, answer.json()["request"], mail)
        checks.equal("sent, by the metrics", len(shop.office.mails), await shop.count("sent"))


def headers_are_right(checks, mail, address, language):
    checks.equal("the sender in the envelope", "shop@nordlicht.example", mail.sender)
    expected = {"From": FROM, "To": address, "Auto-Submitted": "auto-generated", "Content-Language": language}
    checks.equal("headers", expected, {name: str(mail.read[name]) for name in expected})
    checks.holds("Message-ID", mail.id.endswith("@nordlicht.example>"), "one of the domain of From", mail.id)


async def a_new_password(shop, checks, ada, request, mail):
    new = secrets.token_urlsafe(18)
    confirm = lambda code: shop.ask("POST", "/api/recovery/confirm", {"request": request, "code": code, "newPassword": new})
    wrong, _ = await confirm("00000000")
    checks.equal("a wrong code", (422, "code_wrong"), (wrong.status, wrong.json().get("fields", {}).get("code", {}).get("code")))
    right, _ = await confirm(mail.code)
    checks.equal("the mail's code", 200, right.status)
    again, _ = await confirm(mail.code)
    checks.equal("the mail's code once more", (410, "challenge_spent"), (again.status, again.code))
    log_in = lambda password: shop.ask("POST", "/api/login", {"email": ada.email, "password": password})
    checks.equal("logins with the old and the new password", [401, 200], [(await log_in(p))[0].status for p in (ada.password, new)])
    subject = "Your account at Nordlicht has a new password"
    notices = lambda: [mail.to for mail in shop.office.mails if mail.read["Subject"] == subject]
    await until("a notice", notices, lambda found: found)
    await shop.all_sent()
    checks.equal("notices of the new password", [[ada.email]], notices())


async def the_mail_server_is_away(binary, folder, checks):
    async with Shop(binary, folder) as shop:
        customers = [await shop.sign_up(f"customer{n}@customer.example") for n in range(21)]
        loop = asyncio.get_running_loop()
        back_at = loop.time() + AWAY_SECONDS
        *forgetful, careful = customers
        asked = [await shop.recover(customer.email) for customer in forgetful]
        changed, took = await change_password(shop, careful)
        checks.equal("answers", [202] * 20 + [200], [answer.status for answer, _ in asked] + [changed.status])
        at_once(checks, "answers while nobody listens", [ms for _, ms in asked], took)
        await asyncio.sleep(max(0, back_at - loop.time()))
        checks.equal("messages that wait", 21, len(shop.outbox()))
        checks.equal("sent before it is back", 0, await shop.count("sent"))
        await shop.open_office()
        await shop.all_sent()
        each_once(checks, shop, customers)


async def a_slow_mail_server(binary, folder, checks):
    async with Shop(binary, folder) as shop:
        await shop.open_office()
        shop.office.pace, shop.office.data_takes = 1.0, 3.0
        customers = [await shop.sign_up(f"customer{n}@customer.example") for n in range(3)]
        asked = [await shop.recover(customer.email) for customer in customers[:2]]
        changed, took = await change_password(shop, customers[2])
        checks.equal("answers", [202] * 2 + [200], [answer.status for answer, _ in asked] + [changed.status])
        times = [ms for _, ms in asked]
        await until("a message in its hands", lambda: shop.office.holding, lambda holding: holding > 0)
        while shop.outbox():
            # An address has five mails an hour.
            user = await shop.ask("GET", "/api/user", headers=customers[0].headers())
            answers = [await shop.recover(f"nobody{len(times)}@customer.example"), user]
            checks.equal("answers meanwhile", [202, 200], [answer.status for answer, _ in answers])
            times += [ms for _, ms in answers]
            await asyncio.sleep(0.5)
        at_once(checks, "answers while it is slow", times, took)
        await shop.all_sent()
        each_once(checks, shop, customers)


async def change_password(shop, customer):
    body = {"currentPassword": customer.password, "newPassword": secrets.token_urlsafe(18)}
    return await shop.ask("POST", "/api/user/password", body, customer.headers())


def at_once(checks, what, times, with_a_hash):
    most = max(times)
    print(f"{checks.case}: {len(times)} {what}: median {statistics.median(times):.0f} ms, most {most:.0f} ms; a new password {with_a_hash:.0f} ms")
    checks.holds(what, most < MOST_MS, f"less than {MOST_MS} ms", f"{most:.0f} ms")
    checks.holds("a new password", with_a_hash < MOST_MS_WITH_A_HASH, f"less than {MOST_MS_WITH_A_HASH} ms", f"{with_a_hash:.0f} ms")


def each_once(checks, shop, customers):
    expected = Counter(customer.email for customer in customers)
    checks.equal("each mail once", expected, Counter(mail.to[0] for mail in shop.office.mails))


CASES = [a_forgotten_password, the_mail_server_is_away, a_slow_mail_server]
