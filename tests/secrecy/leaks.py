"""Plants secrets wherever a client can send one, then looks for them in everything that the server wrote or answered."""

import json
import tempfile
import urllib.request

from server import Server

PASSWORD, OTHER, WRONG = "c4nary planted in the form", "c4nary of the second choice", "c4nary that opens nothing"


def free_port():
    import socket
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def sign_up(server, mode, secrets):
    origin = {"Origin": f"http://localhost:{server.port}", "Idempotency-Key": f"c4nary-key-{mode}"}
    form = {"name": "Ada", "email": f"{mode}@example.com", "password": PASSWORD, "session": mode}
    status, headers, text = server.ask("POST", "/api/signup", form, origin)
    assert status == 201, text
    answer = json.loads(text)
    secrets |= {answer[name] for name in ("token", "refreshToken") if name in answer}
    cookie = (headers.get("Set-Cookie") or "").split(";")[0]
    if cookie:
        secrets.add(cookie.split("=", 1)[1])
        return {**origin, "Cookie": cookie}, answer
    return {"Authorization": f"Bearer {answer['token']}"}, answer


def use(server, secrets, answers):
    """Every kind of request that carries a secret, well and badly formed."""
    for mode in ("jwt", "cookie", "token"):
        credential, first = sign_up(server, mode, secrets)
        calls = [
            ("GET", "/api/user", None, credential),
            ("POST", "/api/login", {"email": f"{mode}@example.com", "password": WRONG}, {}),
            ("POST", "/api/login", '{"email":"' + PASSWORD + '","password":"' + PASSWORD, {}),
            ("POST", "/api/signup", {"name": PASSWORD, "email": PASSWORD, "password": [PASSWORD], PASSWORD: 1}, {}),
            ("POST", "/api/user/password", {"currentPassword": WRONG, "newPassword": OTHER}, credential),
            ("POST", "/api/user/password", {"currentPassword": PASSWORD, "newPassword": OTHER}, credential),
            ("GET", "/api/user", None, {"Authorization": f"Basic {WRONG}"}),
            ("GET", "/api/user", None, {"Authorization": f"Bearer {WRONG}", "Cookie": f"doorstep-{server.port}={WRONG}"}),
            ("GET", f"/api/user?password={PASSWORD.replace(' ', '%20')}&token={WRONG.replace(' ', '+')}", None, {}),
            ("GET", "/api/none", None, {"Origin": "https://c4nary.example", "Referer": f"http://x/?p={PASSWORD}"}),
        ]
        if "refreshToken" in first:
            # Before the new password, which ends the session.
            calls.insert(0, ("POST", "/api/token/refresh", {"refreshToken": first["refreshToken"]}, {}))
            calls.append(("POST", "/api/token/refresh", {"refreshToken": first["refreshToken"] + "x"}, {}))
        for method, path, body, headers in calls:
            status, answered, text = server.ask(method, path, body, headers)
            if path in ("/api/token/refresh", "/api/user/password") and status == 200:
                fresh = json.loads(text)
                secrets |= {fresh[name] for name in ("token", "refreshToken") if name in fresh}
                cookie = (answered.get("Set-Cookie") or "").split(";")[0]
                secrets |= {cookie.split("=", 1)[1]} if cookie else set()
            else:
                answers.append((f"{method} {path.split('?')[0]}", text))
        recover(server, f"{mode}@example.com", secrets)
        server.ask("POST", "/api/logout", None, credential)


def recover(server, email, secrets):
    """Code, link and request of a mail, well and badly used."""
    status, _, text = server.ask("POST", "/api/recovery", {"email": email})
    assert status == 202, text
    request = json.loads(text)["request"]
    _, _, text = server.ask("GET", f"/_dev/mailbox/latest?to={email}&kind=recovery", None)
    mail = json.loads(text)
    token = mail["link"].split("token=")[1]
    # A code of eight digits may stand anywhere by chance: what is looked for is the link and the request.
    secrets |= {request, token}
    server.ask("GET", f"/links/recover?token={token}", None)
    for body in ({"token": token + "x", "newPassword": OTHER}, {"request": request, "code": mail["code"] + "0", "newPassword": OTHER},
                 {"token": token, "newPassword": WRONG}):
        server.ask("POST", "/api/recovery/confirm", body)


def find(where, data, secrets):
    found = [secret for secret in secrets if secret.encode() in data]
    return [f"{where} holds {secret[:24]}…" for secret in found]


def leaks(binary):
    """What was found where it must not be."""
    # A password in the query string never reaches the path that is logged; it is looked for in both its spellings.
    secrets = {PASSWORD, OTHER, WRONG, PASSWORD.replace(" ", "%20"), WRONG.replace(" ", "+"), *(f"c4nary-key-{m}" for m in ("jwt", "cookie", "token"))}
    answers, port = [], free_port()
    with tempfile.TemporaryDirectory(prefix="doorstep-secrecy-") as folder:
        server = Server(binary, folder, LOG_LEVEL="trace", METRICS_LISTEN=f"127.0.0.1:{port}")
        try:
            use(server, secrets, answers)
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as metrics:
                answers.append(("metrics", metrics.read().decode()))
            written = list(server.files())  # while it runs: the newest pages are in the -wal file
        finally:
            server.stop()
        written += list(server.files())
    found = [text for name, data in written if name != "doorstep.key" for text in find(name, data, secrets)]
    # Answers to refused requests must not repeat what was sent; a field's own name may be told back.
    for where, text in answers:
        found += find(where, text.replace(json.dumps(PASSWORD), "").encode(), secrets - {PASSWORD})
    if len(secrets) < 14 or sum(len(data) for _, data in written) < 10_000:
        found.append("too little was planted or written: this proves nothing")
    return found
