"""A small HTTP/1.1 client on asyncio that tells «never sent» from «sent, no answer»."""

import asyncio
import json

ANSWER_WITHIN = 20.0


class NotSent(Exception):
    """No connection: the server cannot have seen the request."""


class NoAnswer(Exception):
    """The request may have been carried out, or not: only the database knows."""


class Response:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    def json(self):
        return json.loads(self.body) if self.body else {}

    @property
    def code(self):
        return self.json().get("code") if self.status >= 400 else None

    def cookie(self):
        """The name=value pair of the session cookie that the answer sets, if it does."""
        for pair in self.headers.get("set-cookie", []):
            name, _, value = pair.split(";")[0].partition("=")
            is_ours = name == "__Host-doorstep" or name.startswith("doorstep-")
            if is_ours and not name.endswith("-device") and value:
                return f"{name}={value}"
        return None


class Connection:
    def __init__(self, port):
        self.port = port
        self.reader = self.writer = None

    async def request(self, method, path, body=None, headers=None):
        if self.writer is None:
            try:
                self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
            except OSError as error:
                raise NotSent from error
        try:
            return await asyncio.wait_for(self._exchange(method, path, body, headers or {}), ANSWER_WITHIN)
        except (OSError, EOFError, TimeoutError, ValueError) as error:
            self.close()
            raise NoAnswer from error

    async def _exchange(self, method, path, body, headers):
        # The Origin makes cookie requests same-site, as a browser on the shop's own page would.
        lines = [f"{method} {path} HTTP/1.1", f"Host: localhost:{self.port}", f"Origin: http://localhost:{self.port}"]
        payload = b"" if body is None else json.dumps(body).encode()
        if body is not None:
            lines += ["Content-Type: application/json", f"Content-Length: {len(payload)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self.writer.write("\r\n".join([*lines, "", ""]).encode() + payload)
        await self.writer.drain()
        return await self._read()

    async def _read(self):
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {}
        for line in head[1:-2]:
            name, _, value = line.partition(":")
            headers.setdefault(name.lower(), []).append(value.strip())
        body = b""
        if "chunked" in headers.get("transfer-encoding", []):
            while size := int(await self.reader.readline(), 16):
                body += (await self.reader.readexactly(size + 2))[:-2]
            await self.reader.readline()
        elif length := int(headers.get("content-length", ["0"])[0]):
            body = await self.reader.readexactly(length)
        if "close" in headers.get("connection", []):
            self.close()
        return Response(int(head[0].split()[1]), headers, body)

    def close(self):
        if self.writer is not None:
            self.writer.close()
        self.reader = self.writer = None
