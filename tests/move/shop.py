"""A customer of the shop that is moved: signs up before, and goes on afterwards."""

import json
import os
import subprocess
import urllib.error
import urllib.request

EMAIL, PASSWORD = "ada@example.com", "correct horse battery staple"
KEY = "first.key"


def plain_environment():
    """Without the caller's settings; the master key is the one that the first database was made with."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DOORSTEP_")}
    # A name that stays when the port changes: access tokens carry it, and the cookie is called by its port.
    return kept | {"DOORSTEP_SECRETS_KEY_FILE": KEY, "DOORSTEP_SERVER_PUBLIC_URL": "http://shop.test"}


class Server:
    """`with Server(…) as ask:` starts it on a database; `ask(method, path, …)` returns status and body."""

    def __init__(self, binary, folder, url):
        self.command = [binary, "serve", "--listen", "127.0.0.1:0", "--database", url]
        self.folder = folder

    def __enter__(self):
        with open(f"{self.folder}/server.log", "ab") as log:
            self.process = subprocess.Popen(
                self.command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log,
                text=True, env=plain_environment())
        line = self.process.stdout.readline()
        if "ready on " not in line:
            raise SystemExit(f"the server does not start: {open(f'{self.folder}/server.log').read()}")
        self.url = line.split("ready on ")[1].strip()
        return self.ask

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def ask(self, method, path, body=None, **headers):
        headers["Origin"] = self.url
        data = json.dumps(body).encode() if body is not None else None
        if data:
            headers["Content-Type"] = "application/json"
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, json.loads(answer.read() or b"null"), answer.headers
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read(), refused.headers


def expect(answer, status):
    if answer[0] != status:
        raise SystemExit(f"{status} was expected: {answer[:2]}")
    return answer[1]


def open_account(binary, folder, url):
    """Signs up and logs in; returns what the customer's devices hold."""
    with open(f"{folder}/{KEY}", "w") as key:
        key.write(os.urandom(32).hex())
    with Server(binary, folder, url) as ask:
        account = {"name": "Ada", "email": EMAIL, "password": PASSWORD}
        held = {"jwt": expect(ask("POST", "/api/signup", account), 201)}
        credentials = {"email": EMAIL, "password": PASSWORD}
        held["token"] = expect(ask("POST", "/api/login", credentials | {"session": "token"}), 200)
        answer = ask("POST", "/api/login", credentials | {"session": "cookie"})
        expect(answer, 200)
        held["cookie"] = answer[2]["Set-Cookie"].split(";")[0]
    return held


def look(binary, folder, url, held):
    """The old sessions, a refresh and a login, on this database."""
    with Server(binary, folder, url) as ask:
        for headers in ({"Authorization": f"Bearer {held['token']['token']}"}, {"Cookie": held["cookie"]}):
            user = expect(ask("GET", "/api/user", **headers), 200)
            if user["user"]["email"] != EMAIL:
                raise SystemExit(f"somebody else: {user}")
        renewed = expect(ask("POST", "/api/token/refresh", {"refreshToken": held["jwt"]["refreshToken"]}), 200)
        expect(ask("GET", "/api/user", Authorization=f"Bearer {renewed['token']}"), 200)
        expect(ask("POST", "/api/login", {"email": EMAIL, "password": PASSWORD}), 200)
        expect(ask("POST", "/api/login", {"email": EMAIL, "password": "not this one"}), 401)
