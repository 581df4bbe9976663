"""The guard of tests/conftest.py itself: loopback is open, everything else raises, warnings are errors."""

import asyncio
import socket
import warnings

import pytest

# Reserved for documentation, so that even a hole in the guard would reach nobody.
ELSEWHERE = ("192.0.2.1", 9)


def test_an_address_outside_is_refused(may_try_to_leave: None) -> None:
    with socket.socket() as door, pytest.raises(RuntimeError, match="stay on this machine"):
        door.connect(ELSEWHERE)


def test_a_name_outside_is_refused(may_try_to_leave: None) -> None:
    with pytest.raises(RuntimeError, match="stay on this machine"):
        socket.getaddrinfo("venue.invalid", 443)


async def test_the_event_loop_is_guarded_too(may_try_to_leave: None) -> None:
    with pytest.raises(RuntimeError, match="stay on this machine"):
        await asyncio.open_connection(*ELSEWHERE)


async def test_a_server_on_loopback_can_be_reached() -> None:
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"hello")
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    async with server:
        reader, writer = await asyncio.open_connection("localhost", server.sockets[0].getsockname()[1])
        assert await reader.read() == b"hello"
        writer.close()


def test_a_warning_ends_the_test() -> None:
    with pytest.raises(UserWarning):
        warnings.warn("anything", UserWarning, stacklevel=1)
