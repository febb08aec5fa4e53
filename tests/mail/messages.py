"""Python's reader of mails and dkimpy, on what the crate has made."""

import email
import email.policy
import os
import subprocess

import dkim

KINDS = ["verify_address", "already_registered", "recovery", "login_code", "confirm_address", "address_changed",
         "password_changed", "recovered", "new_device", "refresh_reused", "test"]
LANGUAGES = ["en", "de", "fr", "es", "ar"]


def read_by_python(sender, check):
    """Every mail is read as it was meant: subject, both texts, the headers; nothing that the reader complains about."""
    for kind in KINDS:
        for language in LANGUAGES:
            for logo in (False, True):
                one(sender.make(kind, language, logo=logo), f"{kind} {language}", logo, language, check)
    # Signs that mean something in a header, long words, and another script.
    for shop in ('A "B" <c@d.e>, (F); G', "Ü" * 80, "x" * 120, "=?utf-8?Q?no?=", "متجر الشمال للملابس والأحذية الشتوية", "a\r\nBcc: b@c.de"):
        made = sender.make("recovery", "en", shop=shop)
        read = email.message_from_bytes(made["raw"], policy=email.policy.default)
        check(f"a shop called {shop!r}", read["Subject"] == made["subject"] and read["Bcc"] is None and not read.defects, read["Subject"])


def one(made, name, logo, language, check):
    raw = made["raw"]
    lines = raw.split(b"\r\n")
    check(f"{name}: lines of at most 78 bytes, none with half a line break",
          max(map(len, lines)) <= 78 and not any(b"\r" in line or b"\n" in line for line in lines), max(map(len, lines)))
    read = email.message_from_bytes(raw, policy=email.policy.default)
    text, html = read.get_body(["plain"]), read.get_body(["html"])
    # The line break before a boundary belongs to the boundary.
    seen = [part.get_content().replace("\r\n", "\n").rstrip("\n") for part in (text, html)]
    check(f"{name}: subject and texts", [read["Subject"], *seen] == [made[part].rstrip("\n") for part in ("subject", "text", "html")], read["Subject"])
    defects = [defect for part in read.walk() for defect in part.defects]
    defects += [defect for part in read.walk() for value in part.values() for defect in getattr(value, "defects", [])]
    check(f"{name}: nothing is wrong with it", not defects, defects)
    expected = {"From": "Nordlicht <shop@shop.example.com>", "To": "ada@example.org", "Date": "Sun, 29 Nov 2026 14:02:00 +0000",
                "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All", "Content-Language": language,
                "MIME-Version": "1.0", "List-Unsubscribe": None}
    seen = {header: read[header] for header in expected}
    check(f"{name}: headers", seen == expected and read["Message-ID"].endswith("@shop.example.com>"), seen)
    forms = [part.get_content_type() for part in read.walk()]
    inner = ["multipart/related", "text/html", "image/png"] if logo else ["text/html"]
    check(f"{name}: the text comes first", forms == ["multipart/alternative", "text/plain", *inner], forms)


def signatures(sender, folder, check):
    """dkimpy finds each signature good, and none good after anything was changed."""
    for name, arguments in (("rsa", ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]), ("ed25519", ["-algorithm", "ED25519"])):
        path = os.path.join(folder, f"{name}.pem")
        subprocess.run(["openssl", "genpkey", *arguments, "-out", path], check=True, capture_output=True)
        with open(path) as file:
            key = {"domain": "shop.example.com", "selector": name, "pem": file.read()}
        public = subprocess.run(["openssl", "pkey", "-in", path, "-pubout", "-outform", "DER"], check=True, capture_output=True).stdout
        record = dns_record(name, public)
        asked = []

        def find(host, timeout=5):
            asked.append(host)
            return record

        for kind in KINDS:
            for language in ("en", "ar"):
                raw = sender.make(kind, language, dkim=key, logo=language == "ar")["raw"]
                check(f"{name}: {kind} {language}", dkim.verify(raw, dnsfunc=find))
        check(f"{name}: its key is looked for where it should be", set(asked) == {f"{name}._domainkey.shop.example.com.".encode()}, set(asked))
        # What servers change on the way.
        folded = raw.replace(b"Subject: ", b"SUBJECT:   ", 1).replace(b"\r\n\r\n", b"\r\n\r\n", 1) + b"\r\n\r\n"
        check(f"{name}: blanks and empty lines at the end may change", dkim.verify(folded, dnsfunc=find))
        for what, changed in (
            ("the text", raw.replace(b"Nordlicht", b"Nordlight")),
            ("a header", raw.replace(b"To: ada@", b"To: eve@")),
            ("a second sender", b"From: eve@example.org\r\n" + raw),
            ("a second subject", raw.replace(b"\r\nDate:", b"\r\nSubject: Win\r\nDate:", 1)),
            ("one more line", raw + b"x\r\n"),
        ):
            check(f"{name}: {what} must not change", not verified(changed, find))


def verified(raw, find):
    try:
        return dkim.verify(raw, dnsfunc=find)
    except dkim.DKIMException:
        return False


def dns_record(name, public):
    import base64
    # The last 32 bytes of an Ed25519 key are the key itself, which is what RFC 8463 asks for.
    body = public if name == "rsa" else public[-32:]
    return f"v=DKIM1; k={name}; p={base64.b64encode(body).decode()}".encode()
