"""Three hundred sockets that never end what they began: everybody else is answered all the same."""

import socket
import threading
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.running import Product, running
from tests.slow_sockets import BODIES, HEADERS, probe, slow_sockets

MANY = 300
# Seconds; who has no answer at all waits for twice as long.
SOON = 5.0


@pytest.fixture(scope="module")
def product() -> Iterator[Product]:
    with running("web", BOOKING_VERIFICATION="off") as found:
        yield found


def port_of(product: Product) -> int:
    return int(urlsplit(product.base_url).port or 0)


def answer_to(product: Product, request: bytes) -> bytes:
    """The head of the answer, or nothing where the server only hung up."""
    with socket.create_connection(("127.0.0.1", port_of(product)), 30) as connection:
        connection.sendall(request)
        return connection.recv(4096)


class TestSlowSockets:
    @pytest.mark.parametrize("kind", [HEADERS, BODIES])
    def test_leave_ninety_five_of_a_hundred_answered(self, product: Product, kind: str) -> None:
        probe(port_of(product), "/api/v1/clinic", count=10)
        with slow_sockets(port_of(product), MANY, kind=kind):
            waits = probe(port_of(product), "/api/v1/clinic", count=40)
        assert waits.within(SOON) >= 0.95, sorted(waits.seconds)

    def test_are_answered_themselves_once_they_come_to_an_end(self, product: Product) -> None:
        body = b'{"visit_type": "no-such"}'
        head = b"POST /api/v1/appointments HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        with socket.create_connection(("127.0.0.1", port_of(product)), 30) as connection:
            connection.sendall(head)
            for start in range(0, len(body), 8):
                time.sleep(0.2)
                connection.sendall(body[start : start + 8])
            assert connection.recv(64).startswith(b"HTTP/1.1 422")


class TestARequest:
    def test_that_is_too_large_is_refused_by_its_head(self, product: Product) -> None:
        head = b"POST /api/v1/appointments HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99000000"
        assert answer_to(product, head + b"\r\n\r\n").startswith(b"HTTP/1.1 413")

    def test_that_grows_too_large_is_refused(self, product: Product) -> None:
        head = b"POST /api/v1/appointments HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        chunk = b"40000\r\n" + b"x" * 0x40000 + b"\r\n"
        body = b"Transfer-Encoding: chunked\r\n\r\n" + 5 * chunk + b"0\r\n\r\n"
        assert answer_to(product, head + body).startswith(b"HTTP/1.1 413")

    def test_is_answered_although_the_server_is_told_to_stop(self, product: Product) -> None:
        with running("web", BOOKING_VERIFICATION="off") as other:
            begun = socket.create_connection(("127.0.0.1", port_of(other)), 30)
            begun.sendall(
                b"POST /api/v1/appointments HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\n"
                b"Content-Type: application/json\r\n\r\n{"
            )
            time.sleep(0.5)
            stopping = threading.Thread(target=other.stop, args=("web",))
            stopping.start()
            time.sleep(0.5)
            begun.sendall(b"}")
            assert begun.recv(64).startswith(b"HTTP/1.1 422")
            begun.close()
            stopping.join()
