"""What strangers write does not become a header, a second recipient or a link."""

from collections import Counter

from shop import Shop

HEADERS = Counter(["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress", "Content-Language",
                   "MIME-Version", "Content-Type"])
EVIL = "evil.example"
# Names that nobody has: refused, or a name without being a link or a header.
NAMES = [
    "Ada\r\nBcc: eve@evil.example", "Ada\nBcc: eve@evil.example", "Ada\rBcc: eve@evil.example", "Ada\u2028Bcc: eve@evil.example",
    "Ada\u202eelpmaxe.live\u202c", "Ada\u2066elpmaxe\u2069", "Ada\u200b\u2060", "Ada\0", "A" * 10_000,
    "https://evil.example/win", "Win at evil.example", "evil。example", "eve@evil.example", '"Ada" <eve@evil.example>',
    "=?utf-8?Q?Ada=0D=0ABcc:_eve=40evil.example?=", "{{ code }} {% include 'x' %}", "<a href=//evil.example>", "Ada%0d%0aBcc: eve@evil.example",
]
USER_AGENTS = [
    "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 \u202eevil.example\u202c", "Chrome/1 Linux " + "x" * 10_000,
    "Chrome/1 Linux <a href=https://evil.example>", "Chrome/1\tLinux\tBcc: eve@evil.example", "https://evil.example/",
    # Two headers of the request: HTTP lets a line end so.
    "Chrome/1 Linux\nBcc: eve@evil.example",
]
# Not HTTP: no mail may come of it.
BROKEN_USER_AGENTS = ["Chrome/1 Linux\rBcc: eve@evil.example", "Chrome/1\0Linux"]
LANGUAGES = ["de\tBcc: eve@evil.example", "xx-evil.example", "de;q=9,<script>", "ar" * 2000]
ADDRESSES = [
    "a@x.example, b@x.example", "a@x.example,b@x.example", "a@x.example;b@x.example", "a@x.example b@x.example",
    "a@x.example\r\nBcc: b@x.example", "a@x.example\nRCPT TO:<b@x.example>", "Ada <a@x.example>", "<a@x.example>", "a@x.example>",
    '"a@x.example, b"@x.example', "a@x.example\0", "a\u202e@x.example", "a" * 10_000 + "@x.example",
]


async def strangers_words(binary, folder, checks):
    async with Shop(binary, folder) as shop:
        await shop.open_office()
        await addresses(shop, checks)
        asked = await names(shop, checks)
        made = await requests(shop, checks)
        asked += [customer.email for customer, *_ in made]
        await shop.all_sent()
        await logins(shop, checks, made)
        recovery = lambda mail: "/links/recover" in mail.link
        checks.equal("recipients", sorted([address] for address in asked), sorted(mail.to for mail in shop.office.mails if recovery(mail)))
        others = [mail.to for mail in shop.office.mails if not recovery(mail)]
        checks.holds("recipients of notices", all(len(to) == 1 and to[0] in asked for to in others), "one customer each", others)
        for mail in shop.office.mails:
            is_clean(checks, mail, shop.server.port)


async def addresses(shop, checks):
    for address in ADDRESSES:
        for path, more in (("/api/recovery", {}), ("/api/signup", {"name": "Ada", "password": "a long enough password 17"})):
            answer, _ = await shop.ask("POST", path, {"email": address, **more})
            seen = answer.status, list(answer.json().get("fields", {}))
            checks.equal(f"{path} with the address {address[:40]!r}", (422, ["email"]), seen)
    checks.equal("messages of them", 0, len(shop.outbox()))


async def names(shop, checks):
    """Customers who were taken with such a name."""
    taken = []
    for number, name in enumerate(NAMES):
        address = f"name{number}@customer.example"
        body = {"name": name, "email": address, "password": "a long enough password 17"}
        answer, _ = await shop.ask("POST", "/api/signup", body)
        checks.holds(f"sign-up as {name[:40]!r}", answer.status in (201, 422), "201 or 422", answer.status)
        has_unseen = any(not sign.isprintable() for sign in name) or len(name) > 1000
        checks.holds(f"sign-up as {name[:40]!r}", answer.status == 422 or not has_unseen, "422", answer.status)
        if answer.status == 201:
            await shop.recover(address)
            taken.append(address)
    checks.holds("names that were taken", len(taken) > 3, "some of them", taken)
    return taken


async def requests(shop, checks):
    """One customer each, for an address has five mails an hour."""
    made = []
    for header, values in (("User-Agent", USER_AGENTS), ("Accept-Language", LANGUAGES), ("X-Forwarded-Host", [EVIL])):
        for number, value in enumerate(values):
            customer = await shop.sign_up(f"{header.lower()}{number}@customer.example")
            answer, _ = await shop.recover(customer.email, {header: value})
            checks.equal(f"{header}: {value[:40]!r}", 202, answer.status)
            made.append((customer, answer.json()["request"], {header: value}))
    for value in BROKEN_USER_AGENTS:
        # An address that has an account.
        answer, _ = await shop.recover(made[0][0].email, {"User-Agent": value})
        shop.connection.close()
        checks.equal(f"User-Agent: {value!r}", 400, answer.status)
    return made


async def logins(shop, checks, made):
    """With what the mail said they become customers with a proven address, who are told of logins; from a place like this."""
    for customer, request, headers in made:
        body = {"request": request, "code": shop.office.to(customer.email)[0].code, "newPassword": "another long password 17"}
        confirmed, _ = await shop.ask("POST", "/api/recovery/confirm", body, headers)
        body = {"email": customer.email, "password": body["newPassword"]}
        entered, _ = await shop.ask("POST", "/api/login", body, headers)
        checks.equal(f"a new password and a login with {str(headers)[:60]}", [200, 200], [confirmed.status, entered.status])
    await shop.all_sent()


def is_clean(checks, mail, port):
    to = mail.to[0]
    checks.equal(f"headers of the mail to {to}", HEADERS, Counter(mail.read.keys()))
    checks.equal(f"To of the mail to {to}", to, str(mail.read["To"]))
    bodies = [mail.read.get_body([kind]).get_content() for kind in ("plain", "html")]
    checks.holds(f"the mail to {to}", not any(EVIL in body or "eve@" in body for body in bodies), f"no {EVIL}", mail.text)
    odd = {sign for body in bodies for sign in body if not sign.isprintable() and sign not in "\r\n"}
    checks.equal(f"signs in the mail to {to} that nobody sees", set(), odd)
    checks.holds(f"the link in the mail to {to}", mail.link.startswith(f"http://localhost:{port}/links/"), "one to the shop", mail.link)
    language = mail.read["Content-Language"]
    checks.holds(f"the language of the mail to {to}", language in ("en", "de", "ar"), "en, de or ar", language)


CASES = [strangers_words]
