"""The program under test (crates/mail/examples/send.rs): one JSON object in, one out."""

import base64
import json
import os
import subprocess

FROM, TO = "shop@shop.example.com", "ada@example.org"


class Sender:
    def __init__(self, program, authority=None):
        environment = {name: value for name, value in os.environ.items() if not name.startswith("SSL_CERT")}
        if authority:
            environment["SSL_CERT_FILE"] = authority
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True)

    def tell(self, **order):
        """Begins an order; `hear` waits for its answer."""
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()

    def hear(self):
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("mail: the program that sends has ended")
        return json.loads(line)

    def make(self, kind, language, **more):
        self.tell(make=kind, language=language, **more)
        answer = self.hear()
        answer["raw"] = base64.b64decode(answer["raw"])
        return answer

    def send(self, url, raw, to=TO):
        self.begin(url, raw, to)
        return self.hear()

    def begin(self, url, raw, to=TO):
        self.tell(send=url, **{"from": FROM}, to=to, raw=base64.b64encode(raw).decode())

    def end(self):
        self.process.stdin.close()
        self.process.wait(timeout=10)
