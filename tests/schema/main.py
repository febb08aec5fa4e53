"""Starts a server of its own, runs schemathesis on it twice, and adds up what was found. See `run`."""

import json
import os
import subprocess
import sys
import tempfile
import urllib.request

# What a document cannot say: that a password is a common one, that an address is taken. Valid by the schema, refused by a rule.
LEFT_OUT = "positive_data_acceptance"
# A made-up code or link is gone, whatever else is wrong beside it: 410 refuses too.
REFUSALS = """
[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 406, 409, 410, 415, 422, 428, 429, "5xx"]
"""
# Who the signed-in run is. It ends its own sessions now and then (the tool finds their ids), and logs in again.
BODY = {"name": "Schema", "email": "schema@example.com", "password": "a phrase for this run", "session": "token"}
SIGNED_IN = """
[auth.dynamic.openapi.bearer]
path = "/api/login"
payload = { email = "schema@example.com", password = "a phrase for this run", session = "token" }
extract_selector = "/token"
retry_on = [401]
"""


def start(binary, folder):
    log = open(os.path.join(folder, "server.log"), "wb")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DOORSTEP_")}
    # The run guesses its own password at every route that asks for it, and must still be able to log in again.
    environment["DOORSTEP_LIMITS_LOGIN_PER_ACCOUNT"] = "1000000 in 1m"
    server = subprocess.Popen([binary, "serve", "--listen", "127.0.0.1:0", "--mode", "dev", "--database", f"sqlite:{folder}/schema.db"],
                              cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, env=environment)
    line = server.stdout.readline().decode()
    if "ready on http" not in line:
        sys.exit(f"schema: the server did not start: {line!r}")
    return server, line.split("ready on ")[1].strip()


def ask(url, path, body=None):
    payload = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url + path, payload, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=20):
        pass  # anything but a success is raised


def examine(url, root, seconds, folder, name, settings):
    """One run of schemathesis. Its own words go to the log; what it counted comes back."""
    report, config = os.path.join(folder, f"{name}.json"), os.path.join(folder, f"{name}.toml")
    with open(config, "w") as file:
        file.write(REFUSALS + settings)
    tool = os.path.join(os.path.dirname(sys.executable), "schemathesis")
    code = subprocess.run([tool, "--no-color", "--config-file", config, "run", os.path.join(root, "api", "openapi.json"),
                           "--url", url, "--checks", "all", "--exclude-checks", LEFT_OUT, "--max-time", str(seconds),
                           "--continue-on-failure", "--report-json-path", report], cwd=folder, check=False).returncode
    with open(report) as file:
        result = json.load(file)
    cases, operations, auth = result["test_cases"], result["operations"], result["auth"]
    failed = cases["with_failures"] + cases["errored"] + len(result["errors"]) + auth["reauth_broke"]
    print(f"note: {name}: {cases['generated']} requests to {operations['tested']} operations in {result['running_time']:.0f} s, "
          f"{failed} failed, seed {result['seed']}", flush=True)
    return cases["generated"] - failed, max(failed, int(code != 0))


def main():
    binary, root, seconds = os.path.abspath(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    with tempfile.TemporaryDirectory(prefix="doorstep-schema-") as folder:
        server, url = start(binary, folder)
        try:
            ask(url, "/api/signup", BODY)
            runs = [examine(url, root, seconds // 2, folder, "signed in", SIGNED_IN),
                    examine(url, root, seconds // 2, folder, "signed out", "")]
            ask(url, "/readyz")
        finally:
            server.terminate()
            server.wait(15)
    passed, failed = (sum(column) for column in zip(*runs))
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
