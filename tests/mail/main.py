"""Drives the program that sends, and counts what other programs say about it. See `run`."""

import sys
import urllib.parse

import filters
import messages
import servers
from sender import FROM, TO, Sender
from servers import Inbox, Server, Teller

passed = failed = 0


def check(name, is_right, seen=""):
    global passed, failed
    passed, failed = passed + bool(is_right), failed + (not is_right)
    if not is_right:
        print(f"FAILED {name}: {seen}", flush=True)


def refused(name, answer, kind, *parts):
    """The answer is of this kind, says these words, and neither password nor address."""
    shown = answer.get(kind, "")
    check(name, shown and all(part in shown for part in parts), answer)
    check(f"{name}: says nothing secret", not any(word in str(answer) for word in (TO, servers.PASSWORD, servers.USER)), answer)


def url(scheme, port, host="127.0.0.1", login=None, more=""):
    quoted = ":".join(urllib.parse.quote(part, safe="") for part in login) + "@" if login else ""
    return f"{scheme}://{quoted}{host}:{port}{more}"


def in_the_open(sender, raw):
    inbox = Inbox()
    with Server(inbox, enable_SMTPUTF8=False) as server:
        place = url("smtp", server.port, more="?tls=none")
        for _ in range(3):
            check("a mail is taken", sender.send(place, raw) == {})
        check("it arrives as it was made", inbox.arrived == [(FROM, [TO], raw)] * 3)
        check("three mails go through one connection", inbox.connections == 1, inbox.connections)
        dots = raw + b"\r\n.\r\n..two\r\n.quit\r\n"
        sender.send(place, dots)
        check("lines that begin with a stop arrive too", inbox.arrived[-1][2] == dots)
        inbox.answers["RCPT"] = "550 5.1.1 no"
        sender.send(place, raw)
        del inbox.answers["RCPT"]
        check("a bounce does not disturb the next mail", sender.send(place, raw) == {} and inbox.arrived[-1][2] == raw)
        refused("a server that does not speak UTF-8", sender.send(place, raw, "jösé@example.org"), "refused", "ASCII")
    with Server(Inbox(), enable_SMTPUTF8=True) as server:
        place = url("smtp", server.port, more="?tls=none")
        check("an address beyond ASCII", sender.send(place, sender.make("test", "en", to="jösé@example.org")["raw"], "jösé@example.org") == {})
    refused("nobody listens", sender.send(place, raw), "later", "refused")
    refused("the server has gone while connected", sender.send(place, raw), "later")


def refusals(sender, raw):
    for step, answer, kind, part in (
        ("RCPT", f"550 5.1.1 <{TO}>: Recipient address rejected: User unknown", "refused", "User unknown"),
        ("RCPT", "550 no such user", "refused", "550"),
        ("RCPT", "552 5.2.2 mailbox full", "refused", "mailbox full"),
        ("RCPT", "550 5.7.1 Relaying denied", "setup", "Relaying denied"),
        ("RCPT", "554 Relay access denied", "setup", "Relay"),
        ("RCPT", "451 4.7.1 Greylisted, try again in 5 minutes", "later", "Greylisted"),
        ("RCPT", "421 closing", "later", "421"),
        ("MAIL", "550 sender not allowed", "setup", "sender"),
        ("MAIL", "530 5.7.0 Authentication required", "setup", "530"),
        ("MAIL", "452 4.3.1 disk full", "later", "disk full"),
        ("DATA", "554 5.7.1 looks like spam", "setup", "spam"),
        ("DATA", "550 5.1.1 unknown", "refused", "550"),
        ("DATA", "451 4.3.0 later", "later", "451"),
    ):
        with Server(Inbox(**{step: answer})) as server:
            refused(f"{step} {answer}", sender.send(url("smtp", server.port, more="?tls=none"), raw), kind, part)
    for name, talk in (("drops in DATA", servers.dropping_in_data), ("no SMTP", servers.garbage), ("a flood", servers.flooding)):
        with Teller(talk) as server:
            refused(name, sender.send(url("smtp", server.port, more="?tls=none"), raw), "later")


def with_tls(program, sender, raw, ours, others):
    authority, *certificate = ours
    right, wrong = (servers.USER, servers.PASSWORD), (servers.USER, "guessed")
    trusting = Sender(program, authority)
    for way, scheme in (("starttls", "smtp"), ("at_once", "smtps")):
        inbox = Inbox()
        with Server(inbox, way, certificate) as server:
            check(f"{way}: a mail is taken", trusting.send(url(scheme, server.port, login=right), raw) == {})
            check(f"{way}: it arrives as it was made", inbox.arrived == [(FROM, [TO], raw)])
            refused(f"{way}: a wrong password", trusting.send(url(scheme, server.port, login=wrong), raw), "setup", "password is wrong")
            refused(f"{way}: no login", trusting.send(url(scheme, server.port), raw), "setup", "530")
            refused(f"{way}: an unknown authority", sender.send(url(scheme, server.port, login=right), raw), "setup", "certificate")
            refused(f"{way}: another name", trusting.send(url(scheme, server.port, "localhost", right), raw), "setup", "certificate")
            check(f"{way}: nothing else arrived", len(inbox.arrived) == 1)
        with Server(Inbox(), way, others[1:]) as server:
            refused(f"{way}: another authority", trusting.send(url(scheme, server.port, login=right), raw), "setup", "certificate")
    with Server(Inbox()) as server:
        refused("no STARTTLS", trusting.send(url("smtp", server.port, login=right), raw), "setup", "STARTTLS")
        refused("no TLS", trusting.send(url("smtps", server.port), raw), "later")
        refused("a password for a server that takes none",
                trusting.send(url("smtp", server.port, login=right, more="?tls=none"), raw), "setup", "takes no password")
    trusting.end()


def main(program, folder):
    # Thirty seconds are waited for a server that says nothing: meanwhile the rest.
    waiting, silence = Sender(program), Teller(servers.silent)
    sender = Sender(program)
    raw = sender.make("recovery", "en")["raw"]
    waiting.begin(url("smtp", silence.port, more="?tls=none"), raw)
    in_the_open(sender, raw)
    refusals(sender, raw)
    with_tls(program, sender, raw, servers.certificate(folder, "ours", "IP:127.0.0.1"), servers.certificate(folder, "others", "IP:127.0.0.1"))
    messages.read_by_python(sender, check)
    messages.signatures(sender, folder, check)
    skipped = filters.scores(sender, folder, check)
    refused("a server that says nothing", waiting.hear(), "later", "no answer in 30 seconds")
    for one in (waiting, sender):
        one.end()
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
