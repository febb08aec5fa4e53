"""What a mail server says no to, and what becomes of it."""

import secrets

from checks import until
from office import DROP
from servers import Teller, dropping_in_data, flooding, garbage
from shop import Shop


async def refusals(binary, folder, checks):
    address = lambda name: f"{name}@customer.example"
    # Each is given once: whoever is asked again gets the mail.
    first = {
        ("RCPT", address("gone")): ["550 5.1.1 User unknown"],
        ("RCPT", address("greylisted")): ["451 4.7.1 Try again later"],
        ("RCPT", address("relayed")): ["550 5.7.1 Relaying denied"],
        ("DATA", address("dropped")): [DROP],
    }
    async with Shop(binary, folder, first) as shop:
        await shop.open_office()
        gone, *others = [await shop.sign_up(address(name)) for name in ("gone", "greylisted", "relayed", "dropped")]
        for customer in (gone, *others):
            await shop.recover(customer.email)
        await shop.all_sent()
        # The others have been tried again meanwhile.
        asked = {customer.email: shop.office.asked[customer.email] for customer in (gone, *others)}
        checks.equal("how often each was tried", {gone.email: 1, **{customer.email: 2 for customer in others}}, asked)
        arrived = sorted(mail.to[0] for mail in shop.office.mails)
        checks.equal("who got a mail, and how many", sorted(customer.email for customer in others), arrived)
        shown = {customer.email: (await shop.user(customer)).get("emailUndeliverable", False) for customer in (gone, *others)}
        checks.equal("emailUndeliverable", {gone.email: True, **{customer.email: False for customer in others}}, shown)
        counts = {outcome: await shop.count(outcome) for outcome in ("refused", "later", "sent", "given_up")}
        checks.equal("metrics", {"refused": 1, "later": 3, "sent": 3, "given_up": 0}, counts)
        named = [customer.email for customer in (gone, *others) if customer.email in shop.said()]
        checks.equal("addresses in the log", [], named)
        await reached_again(shop, checks, gone)


async def reached_again(shop, checks, gone):
    """A customer whose mailbox works again asks again, and shows the code."""
    request = (await shop.recover(gone.email))[0].json()["request"]
    await shop.all_sent()
    checks.equal("mails once its mailbox works", 1, len(shop.office.to(gone.email)))
    new = secrets.token_urlsafe(18)
    body = {"request": request, "code": shop.office.to(gone.email)[0].code, "newPassword": new}
    checks.equal("the code of it", 200, (await shop.ask("POST", "/api/recovery/confirm", body))[0].status)
    session, _ = await shop.ask("POST", "/api/login", {"email": gone.email, "password": new, "session": "token"})
    gone.token = session.json()["token"]
    checks.equal("emailUndeliverable afterwards", False, (await shop.user(gone)).get("emailUndeliverable", False))
    await shop.all_sent()


async def drops_in_data(binary, folder, checks):
    await misbehaving(binary, folder, checks, dropping_in_data)


async def speaks_garbage(binary, folder, checks):
    await misbehaving(binary, folder, checks, garbage)


async def talks_without_end(binary, folder, checks):
    await misbehaving(binary, folder, checks, flooding)


async def misbehaving(binary, folder, checks, talk):
    """It misbehaves, then it is a mail server."""
    async with Shop(binary, folder) as shop:
        with Teller(talk, shop.mail_port):
            ada = await shop.sign_up("ada@customer.example")
            await shop.recover(ada.email)
            await until("a line about it in the log", shop.said, lambda said: "a mail waits:" in said)
        checks.equal("put off, by the metrics", 1, await shop.count("later"))
        checks.equal("messages that wait", 1, len(shop.outbox()))
        await shop.open_office()
        await shop.all_sent()
        checks.equal("mails", [[ada.email]], [mail.to for mail in shop.office.mails])
        checks.equal("emailUndeliverable", False, (await shop.user(ada)).get("emailUndeliverable", False))


CASES = [refusals, drops_in_data, speaks_garbage, talks_without_end]
