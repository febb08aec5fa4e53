"""The programs of the bench: started, looked at, stopped."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request


class Program:
    """A server that says on its first line where it listens."""

    def __init__(self, command, folder, **settings):
        self.log = open(os.path.join(folder, "bench-server.log"), "ab")
        environment = os.environ | {f"DOORSTEP_{name}": value for name, value in settings.items()}
        self.process = subprocess.Popen(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.log)
        line = self.process.stdout.readline().decode()
        if "ready on http" not in line:
            raise SystemExit(f"bench: {command[0]} did not start: {line!r}, see {self.log.name}")
        self.port = int(line.rsplit(":", 1)[1].strip().rstrip("/"))
        self.pid = self.process.pid

    def memory_mib(self, field):
        """VmRSS (now) or VmHWM (the most ever), in MiB."""
        with open(f"/proc/{self.pid}/status") as status:
            for line in status:
                if line.startswith(field + ":"):
                    return int(line.split()[1]) / 1024
        raise KeyError(field)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Bench:
    """Where the binaries are, where the files of this run go."""

    def __init__(self, doorstep, tools, folder):
        self.doorstep = doorstep
        self.tools = tools
        self.folder = folder

    def serve(self, database="bench.db", port=0, **settings):
        # Its own folder and no inherited settings: the figures are those of the defaults, but for what a scenario says.
        return Program(self.serve_command(database, port), self.folder, **settings)

    def serve_command(self, database, port):
        """The database is the name of a file of this run, or the URL of one on a server."""
        url = database if "://" in database else f"sqlite:{os.path.join(self.folder, database)}"
        return [self.doorstep, "serve", "--listen", f"127.0.0.1:{port}", "--mode", "dev", "--database", url]

    def hello(self):
        return Program([os.path.join(self.tools, "hello")], self.folder)

    def load_command(self, kind, server, **named):
        words = [os.path.join(self.tools, "load"), kind, "--port", str(server.port), "--server-pid", str(server.pid)]
        for name, value in named.items():
            words += [f"--{name.replace('_', '-')}", str(value)]
        return words

    def load(self, kind, server, **named):
        done = subprocess.run(self.load_command(kind, server, **named), stdout=subprocess.PIPE, check=True)
        return json.loads(done.stdout)

    @contextlib.contextmanager
    def beside(self, kind, server, **named):
        """A load that runs while something else is measured. Its result is in the list when it is over."""
        result = []
        with subprocess.Popen(self.load_command(kind, server, **named), stdout=subprocess.PIPE) as running:
            yield result
            result.append(json.loads(running.stdout.read()))

    def psql(self, database, statement):
        """The lines that PostgreSQL's own client prints for one statement."""
        done = subprocess.run(["psql", "--no-psqlrc", "-qAtX", "-v", "ON_ERROR_STOP=1", "-c", statement, database],
                              stdout=subprocess.PIPE, text=True, check=True)
        return done.stdout.splitlines()

    def headers_file(self, server, mode, accounts, prefix):
        """One line for each of a number of new sessions: what a request of that session carries."""
        path = os.path.join(self.folder, f"{mode}.headers")
        with open(path, "w") as lines:
            for number in range(accounts):
                lines.write(log_in(server, mode, prefix, number) + "\n")
        return path


def log_in(server, mode, prefix, number):
    body = {"email": f"{prefix}-{number}@example.com", "password": "a long phrase for the bench", "session": mode}
    request = urllib.request.Request(f"http://127.0.0.1:{server.port}/api/login", json.dumps(body).encode(),
                                     {"Content-Type": "application/json", "Origin": "http://localhost"})
    with urllib.request.urlopen(request, timeout=10) as response:
        if mode == "cookie":
            return "Cookie: " + response.headers["Set-Cookie"].split(";")[0]
        return "Authorization: Bearer " + json.load(response)["token"]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def first_answer_ms(bench, database):
    """From starting the process to the first 200 of /readyz, by asking again and again."""
    port = free_port()
    begin = time.perf_counter()
    process = subprocess.Popen(bench.serve_command(database, port), cwd=bench.folder, stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while time.perf_counter() - begin < 20:
            try:
                with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
                    line.sendall(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                    if line.recv(64).startswith(b"HTTP/1.1 200"):
                        return (time.perf_counter() - begin) * 1000
            except OSError:
                pass
            time.sleep(0.0005)
        raise SystemExit("bench: the server did not become ready")
    finally:
        process.terminate()
        process.wait(15)
