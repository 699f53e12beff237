"""A Twilio and a mail server that take everything, in a process of their own, as cheap as can be:
what is measured is who sends. `GET /` of the first tells what both have taken.

`python -m tests.benchmarks.loopback` prints the two ports, a space between them.
"""

import asyncio
import json
import re
from collections import Counter
from typing import cast

MESSAGE = re.compile(rb"message%3D([0-9a-f]{32})")
MESSAGE_ID = re.compile(rb"^Message-ID: <([0-9a-f]{32})@", re.MULTILINE | re.IGNORECASE)
LENGTH = re.compile(rb"^Content-Length: (\d+)", re.MULTILINE | re.IGNORECASE)
CLOSES = re.compile(rb"^Connection: close", re.MULTILINE | re.IGNORECASE)


class Ledger:
    """How often each message was taken, by its id."""

    texts: Counter[bytes] = Counter()
    mails: Counter[bytes] = Counter()

    @classmethod
    def told(cls) -> bytes:
        return json.dumps(
            {
                name: {"taken": sum(taken.values()), "messages": len(taken)}
                for name, taken in (("texts", cls.texts), ("mails", cls.mails))
            }
        ).encode()


class _Conversation(asyncio.Protocol):
    def __init__(self) -> None:
        self.got = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)


class Twilio(_Conversation):
    def data_received(self, data: bytes) -> None:
        self.got += data
        while (end := self.got.find(b"\r\n\r\n")) >= 0:
            head = self.got[:end]
            length = LENGTH.search(head)
            whole = end + 4 + (int(length[1]) if length else 0)
            if len(self.got) < whole:
                return
            body, self.got = self.got[end + 4 : whole], self.got[whole:]
            self.answer(head, body)

    def answer(self, head: bytes, body: bytes) -> None:
        if head.startswith(b"GET"):
            status, content = b"200 OK", Ledger.told()
        else:
            [message] = MESSAGE.findall(body)
            Ledger.texts[message] += 1
            status, content = b"201 Created", b'{"sid": "SM%s", "status": "queued"}' % message
        self.transport.write(
            b"HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
            % (status, len(content), content)
        )
        if CLOSES.search(head):
            self.transport.close()


class Mail(_Conversation):
    in_data = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.transport.write(b"220 loopback ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        self.got += data
        while (end := self.got.find(b"\r\n.\r\n" if self.in_data else b"\r\n")) >= 0:
            line = self.got[:end]
            self.got = self.got[end + (5 if self.in_data else 2) :]
            self.transport.write(self.answer(line))

    def answer(self, line: bytes) -> bytes:
        if self.in_data:
            self.in_data = False
            [message] = MESSAGE_ID.findall(line)
            Ledger.mails[message] += 1
            return b"250 taken\r\n"
        verb = line[:4].upper()
        if verb == b"EHLO":
            return b"250-loopback\r\n250-SIZE 33554432\r\n250 8BITMIME\r\n"
        if verb == b"DATA":
            self.in_data = True
            return b"354 go ahead\r\n"
        return b"221 bye\r\n" if verb == b"QUIT" else b"250 OK\r\n"


async def serve() -> None:
    loop = asyncio.get_running_loop()
    servers = [await loop.create_server(peer, "127.0.0.1", 0) for peer in (Twilio, Mail)]
    print(*(server.sockets[0].getsockname()[1] for server in servers), flush=True)
    await asyncio.gather(*(server.serve_forever() for server in servers))


if __name__ == "__main__":
    asyncio.run(serve())
