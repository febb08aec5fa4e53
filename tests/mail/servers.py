"""Mail servers on loopback: aiosmtpd's, told how to behave, and a socket that says what it wants."""

import os
import socket
import ssl
import subprocess
import threading

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

USER, PASSWORD = "shop@shop.example.com", "p%ss/w:rd@1"


class Inbox:
    """What arrived; answers say what to refuse, by the step (MAIL, RCPT, DATA)."""

    def __init__(self, **answers):
        self.answers, self.arrived, self.connections = answers, [], 0

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):
        if "MAIL" in self.answers:
            return self.answers["MAIL"]
        envelope.mail_from, envelope.mail_options = address, options
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if "RCPT" in self.answers:
            return self.answers["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if "DATA" in self.answers:
            return self.answers["DATA"]
        self.arrived.append((envelope.mail_from, envelope.rcpt_tos, envelope.original_content))
        return "250 OK"


def check(server, session, envelope, mechanism, data):
    is_right = (data.login.decode(), data.password.decode()) == (USER, PASSWORD)
    return AuthResult(success=is_right, handled=False)


class Server(Controller):
    """`way`: open, starttls or at_once. Port 0: the system chooses."""

    def __init__(self, inbox, way="open", certificate=None, port=0, **more):
        self.way, context = way, None
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
        if way == "starttls":
            more |= {"tls_context": context, "require_starttls": True}
        if certificate:
            more |= {"authenticator": check, "auth_required": True, "auth_require_tls": way == "starttls"}
        super().__init__(inbox, hostname="127.0.0.1", port=port, ssl_context=context if way == "at_once" else None, **more)

    speaks = SMTP

    def factory(self):
        self.handler.connections += 1
        return self.speaks(self.handler, **self.SMTP_kwargs)

    def _trigger_server(self):
        # aiosmtpd asks itself for its greeting, at the port that it was given: here the system chooses it.
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()
        self.handler.connections = 0

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop(no_assert=True)


class Teller:
    """Takes connections and hands each to `talk`."""

    def __init__(self, talk, port=0):
        self.socket = socket.create_server(("127.0.0.1", port))
        self.port, self.talk = self.socket.getsockname()[1], talk
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.one, args=(connection,), daemon=True).start()

    def one(self, connection):
        with connection:
            try:
                self.talk(connection, connection.makefile("rb"))
            except OSError:
                pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # Whoever waits for a connection would keep the port otherwise.
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()


def dropping_in_data(connection, lines):
    connection.sendall(b"220 here\r\n")
    for line in lines:
        if line.upper().startswith(b"DATA"):
            connection.sendall(b"354 go\r\n")
            lines.readline()
            return
        connection.sendall(b"250 OK\r\n")


def garbage(connection, lines):
    connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")
    lines.readline()


def flooding(connection, lines):
    for _ in range(1000):
        connection.sendall(b"220-" + b"x" * 1000 + b"\r\n")


def silent(connection, lines):
    lines.readline()


def certificate(folder, name, hosts):
    """An authority and a certificate that it signed: (authority's file, certificate's file, key's file)."""
    path = lambda part: os.path.join(folder, f"{name}-{part}.pem")
    openssl = lambda *words: subprocess.run(["openssl", *words], check=True, capture_output=True)
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    openssl("req", "-x509", *key, "-keyout", path("ca-key"), "-out", path("ca"), "-days", "2", "-subj", f"/CN={name} authority")
    openssl("req", *key, "-keyout", path("key"), "-out", path("request"), "-subj", f"/CN={name}")
    with open(path("extensions"), "w") as file:
        file.write(f"subjectAltName={hosts}\n")
    openssl("x509", "-req", "-in", path("request"), "-CA", path("ca"), "-CAkey", path("ca-key"), "-CAcreateserial",
            "-out", path("cert"), "-days", "2", "-extfile", path("extensions"))
    return path("ca"), path("cert"), path("key")
