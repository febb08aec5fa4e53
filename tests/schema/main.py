"""Starts a server of its own, runs schemathesis on it twice, and adds up what was found. See `run`."""

import json
import os
import subprocess
import sys
import tempfile
import urllib.request

# What a document cannot say: that a password is a common one, that an address is taken. Valid by the schema, refused by a rule.
LEFT_OUT = "positive_data_acceptance"
# Signed in, these would end the very session that the run is about; the signed-out run asks for them too.
ENDING = ["/api/logout"]


def start(binary, folder):
    log = open(os.path.join(folder, "server.log"), "wb")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DOORSTEP_")}
    server = subprocess.Popen([binary, "serve", "--listen", "127.0.0.1:0", "--mode", "dev", "--database", f"sqlite:{folder}/schema.db"],
                              cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, env=environment)
    line = server.stdout.readline().decode()
    if "ready on http" not in line:
        sys.exit(f"schema: the server did not start: {line!r}")
    return server, line.split("ready on ")[1].strip()


def ask(url, path, body=None, headers=None):
    payload = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url + path, payload, {"Content-Type": "application/json", **(headers or {})})
    with urllib.request.urlopen(request, timeout=20) as response:
        return json.load(response)


def examine(url, root, seconds, folder, name, extra):
    """One run of schemathesis. Its own words go to the log; what it counted comes back."""
    report = os.path.join(folder, f"{name}.json")
    tool = os.path.join(os.path.dirname(sys.executable), "schemathesis")
    code = subprocess.run([tool, "--no-color", "run", os.path.join(root, "api", "openapi.json"), "--url", url,
                           "--checks", "all", "--exclude-checks", LEFT_OUT, "--max-time", str(seconds),
                           "--continue-on-failure", "--report-json-path", report, *extra], cwd=folder, check=False).returncode
    with open(report) as file:
        result = json.load(file)
    cases, operations = result["test_cases"], result["operations"]
    failed = cases["with_failures"] + cases["errored"] + len(result["errors"])
    print(f"note: {name}: {cases['generated']} requests to {operations['tested']} operations in {result['running_time']:.0f} s, "
          f"{failed} failed, seed {result['seed']}")
    return cases["generated"] - failed, max(failed, int(code != 0))


def main():
    binary, root, seconds = os.path.abspath(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    with tempfile.TemporaryDirectory(prefix="doorstep-schema-") as folder:
        server, url = start(binary, folder)
        try:
            body = {"name": "Schema", "email": "schema@example.com", "password": "a phrase for this run", "session": "token"}
            bearer = {"Authorization": f"Bearer {ask(url, '/api/signup', body)['token']}"}
            extra = ["--header", f"Authorization: {bearer['Authorization']}"]
            for path in ENDING:
                extra += ["--exclude-path", path]
            runs = [examine(url, root, seconds // 2, folder, "signed in", extra)]
            ask(url, "/api/user", headers=bearer)  # a session that died on the way would have proven nothing
            runs.append(examine(url, root, seconds // 2, folder, "signed out", []))
            ask(url, "/readyz")
        finally:
            server.terminate()
            server.wait(15)
    passed, failed = (sum(column) for column in zip(*runs))
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
