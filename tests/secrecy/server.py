"""The real binary with its own folder, and a client that keeps every answer it got."""

import http.client
import json
import os
import subprocess


class Server:
    def __init__(self, binary, folder, **settings):
        self.binary, self.folder = binary, folder
        self.log_path = os.path.join(folder, "server.log")
        environment = {name: value for name, value in os.environ.items() if not name.startswith("DOORSTEP_")}
        environment |= {f"DOORSTEP_{name}": value for name, value in settings.items()}
        self.log = open(self.log_path, "wb")
        self.process = subprocess.Popen(
            [binary, "serve", "--listen", "127.0.0.1:0", "--database", f"sqlite:{folder}/secrecy.db"],
            cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.log)
        line = self.process.stdout.readline().decode()
        if "ready on http" not in line:
            raise SystemExit(f"secrecy: the server did not start: {line!r} {open(self.log_path).read()}")
        self.port = int(line.rsplit(":", 1)[1])
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def ask(self, method, path, body=None, headers=None):
        """(status, headers, text). `body` is sent as JSON unless it is text already."""
        text = body if body is None or isinstance(body, str) else json.dumps(body)
        self.connection.request(method, path, text, {"Content-Type": "application/json", **(headers or {})})
        answer = self.connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()

    def command(self, *words):
        """Another command of the binary on the same database."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("DOORSTEP_")}
        environment["DOORSTEP_DATABASE_URL"] = f"sqlite:{self.folder}/secrecy.db"
        subprocess.run([self.binary, *words], cwd=self.folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                       check=True)

    def stop(self):
        self.process.terminate()
        self.process.wait(20)
        self.log.close()

    def files(self):
        """The bytes of every file that the server has written."""
        for name in sorted(os.listdir(self.folder)):
            with open(os.path.join(self.folder, name), "rb") as file:
                yield name, file.read()
