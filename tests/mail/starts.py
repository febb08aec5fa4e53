"""Settings that cannot work: one clear line, no start, and no piece of a password anywhere."""

import asyncio
import os
import re
import secrets
import urllib.parse

import servers
from checks import until
from server import free_port, plain_environment
from shop import FROM, Shop

PASSWORD = "Kestrel#Quartz/Nimbus@Velvet:Omega"
ENCODED = urllib.parse.quote(PASSWORD, safe="")
PIECES = re.split(r"\W", PASSWORD)
SENDER = {"DOORSTEP_MAIL_FROM": FROM}
# What a customer's mail would be made with for ever, or for very long.
LOOPS = {
    "mail.html": "{% for a in range(99999) %}{% for b in range(99999) %}{% for c in range(99999) %}x{% endfor %}{% endfor %}{% endfor %}",
    "mail.txt": "{% for a in [1] recursive %}{{ loop([1]) }}{% endfor %}",
    "recovery.html": '{% include "recovery.html" %}',
}


def at(scheme, password, host="mail.nordlicht.example"):
    return {"DOORSTEP_MAIL_URL": f"{scheme}://shop:{password}@{host}", **SENDER}


async def settings_that_cannot_work(binary, folder, checks):
    cases = [
        ("a web address", at("http", ENCODED), "SMTP"),
        ("no scheme", {"DOORSTEP_MAIL_URL": f"shop:{ENCODED}@mail.nordlicht.example", **SENDER}, "smtps://"),
        ("signs that are not encoded", at("smtps", PASSWORD), "percent-encoded"),
        ("a # that is not encoded", at("smtps", "Kestrel#Quartz"), "%23"),
        ("a placeholder", at("smtps", "PASSWORD"), "placeholder"),
        ("a port that is none", at("smtps", ENCODED, "mail.nordlicht.example:46x"), "PORT"),
        ("TLS on the port of STARTTLS", at("smtps", ENCODED, "mail.nordlicht.example:587"), "smtp://"),
        ("a password in the open", at("smtp", ENCODED, "mail.nordlicht.example?tls=none"), "tls=none"),
        ("a sender that is none", {**at("smtps", ENCODED), "DOORSTEP_MAIL_FROM": "Nordlicht"}, "from"),
        ("production without a sender", {**at("smtps", ENCODED), **production(folder), "DOORSTEP_MAIL_FROM": ""}, "from"),
        *((f"a loop in {name}", {**SENDER, "DOORSTEP_MAIL_TEMPLATES": template(folder, name)}, name) for name in LOOPS),
    ]
    for name, settings, word in cases:
        for command in ("check-config", "serve"):
            await refused(binary, folder, checks, f"{command}: {name}", command, settings, word)


def production(folder):
    key = os.path.join(folder, "key")
    with open(key, "w", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
        file.write(secrets.token_hex(32))
    return {"DOORSTEP_SERVER_MODE": "production", "DOORSTEP_SERVER_PUBLIC_URL": "https://nordlicht.example", "DOORSTEP_SECRETS_KEY_FILE": key}


def template(folder, name):
    place = os.path.join(folder, f"templates-{name}")
    os.mkdir(place)
    with open(os.path.join(place, name), "w") as file:
        file.write(LOOPS[name])
    return place


async def said_by(binary, folder, command, settings, database=None):
    """Its end (None when it had to be ended), and what it said."""
    listen = ["--listen", f"127.0.0.1:{free_port()}"] if command == "serve" else []
    database = ["--database", f"sqlite:{folder}/doorstep.db"] if database is None else database
    process = await asyncio.create_subprocess_exec(
        binary, command, *database, *listen, cwd=folder, stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, env=plain_environment() | settings)
    try:
        out, err = await asyncio.wait_for(process.communicate(), 20)
    except TimeoutError:
        process.kill()
        await process.wait()
        return None, "", ""
    return process.returncode, out.decode(), err.decode()


async def refused(binary, folder, checks, name, command, settings, word):
    code, out, err = await said_by(binary, folder, command, settings)
    checks.holds(f"{name}: exit code", code not in (0, None) and code > 0, "a failure", code)
    lines = err.splitlines()
    is_clear = len(lines) == 2 and "1 thing is wrong" in lines[0] and word in lines[1] and not out
    checks.holds(name, is_clear, f"one thing that is wrong, with {word} in it", out + err)
    nothing_secret(checks, name, out + err)


def nothing_secret(checks, name, text):
    checks.equal(f"{name}: pieces of the password", [], [piece for piece in PIECES if piece.lower() in text.lower()])


async def settings_are_shown_without_password(binary, folder, checks):
    """check-config shows what is in force, and what has the wrong type: a list or a table with the URL in it is one, too."""
    mail, database = f"smtps://shop:{ENCODED}@mail.nordlicht.example", f"postgres://shop:{ENCODED}@db.nordlicht.example/shop"
    files = {
        "a URL": f'[mail]\nurl = "{mail}"',
        "a list of mail servers": f'[mail]\nurl = ["{mail}"]',
        "a table of mail servers": f'[mail]\nurl = {{ first = "{mail}" }}',
        "a list of databases": f'[database]\nurl = ["{database}"]',
    }
    for name, text in files.items():
        with open(os.path.join(folder, "doorstep.toml"), "w") as file:
            file.write(text)
        given = [] if "[database]" in text else None
        _, out, err = await said_by(binary, folder, "check-config", SENDER, given)
        checks.holds(f"{name}: something is said", "[mail]" in out or "needs text" in err, "the settings, or what is wrong", out + err)
        nothing_secret(checks, name, out + err)
    os.remove(os.path.join(folder, "doorstep.toml"))
    _, out, err = await said_by(binary, folder, "check-config", at("smtps", ENCODED))
    nothing_secret(checks, "a URL in a variable", out + err)


async def a_certificate_of_another_name(binary, folder, checks):
    """Nothing goes to such a server, and nothing is lost: it goes to the right one."""
    authority, *certificate = await asyncio.to_thread(servers.certificate, folder, "mail", "IP:127.0.0.1")
    login = ":".join(urllib.parse.quote(part, safe="") for part in (servers.USER, servers.PASSWORD))
    right = f"smtps://{login}@127.0.0.1:{{port}}"
    async with Shop(binary, folder, settings={"SSL_CERT_FILE": authority}, url=right.replace("127.0.0.1", "localhost")) as shop:
        await shop.open_office("at_once", certificate)
        ada = await shop.sign_up("ada@customer.example")
        checks.equal("the answer", 202, (await shop.recover(ada.email))[0].status)
        said = await until("a line in the log", shop.said, lambda said: "a mail waits:" in said)
        lines = [line for line in said.splitlines() if "a mail waits:" in line]
        place = f"localhost:{shop.mail_port}: its certificate is not to be trusted"
        checks.holds("what the log says", len(lines) == 1 and place in lines[0], place, lines)
        # The line comes before the message is put off: a server that ends in between leaves it leased.
        await until("a message that waits", lambda: [row.lease for row in shop.outbox()], lambda leases: leases == [None])
        await shop.kill()
        shop.server.settings["DOORSTEP_MAIL_URL"] = right.format(port=shop.mail_port)
        await shop.server.start()
        await shop.all_sent()
        checks.equal("mails", [[ada.email]], [mail.to for mail in shop.office.mails])
        leaked = [word for word in (servers.PASSWORD, login, servers.USER) if word in shop.said()]
        checks.equal("user and password in the log", [], leaked)


CASES = [settings_that_cannot_work, settings_are_shown_without_password, a_certificate_of_another_name]
