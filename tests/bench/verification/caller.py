"""Calls a server as many verifiers do: keep-alive connections, one request after the other on each."""

import random
import socket
import threading
import time
from collections.abc import Sequence


def measure_call_rate(port: int, addresses: Sequence[str], seconds: float, connections: int) -> float:
    """Call random addresses for some seconds and return the responses a second. Raises RuntimeError for any status but 200."""
    ends = time.perf_counter() + seconds
    counts: list[int] = []
    wrong: list[bytes] = []
    crowd = [
        threading.Thread(target=call_over_one_connection, args=(port, addresses, ends, counts, wrong, place))
        for place in range(connections)
    ]
    begun = time.perf_counter()
    for each in crowd:
        each.start()
    for each in crowd:
        each.join()
    if wrong:
        raise RuntimeError(wrong[0][:300].decode(errors="replace"))
    return sum(counts) / (time.perf_counter() - begun)


def call_over_one_connection(
    port: int, addresses: Sequence[str], ends: float, counts: list[int], wrong: list[bytes], place: int
) -> None:
    """Call addresses over one connection."""
    chance, done = random.Random(place), 0
    with socket.create_connection(("127.0.0.1", port)) as line:
        while time.perf_counter() < ends and not wrong:
            address = chance.choice(addresses)
            caller = f"192.0.{chance.randrange(8)}.{chance.randrange(250)}"  # a crowd: nobody reaches a limit
            head = f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\nX-Forwarded-For: {caller}"
            line.sendall(f"{head}\r\n\r\n".encode())
            answer = read_response(line)
            if not answer.startswith(b"HTTP/1.1 200"):
                wrong.append(answer)
                return
            done += 1
    counts.append(done)


def read_response(line: socket.socket) -> bytes:
    """Read a response with a Content-Length to its end."""
    answer = line.recv(65536)
    while b"\r\n\r\n" not in answer:
        answer += line.recv(65536)
    head, _blank, body = answer.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
    missing = length - len(body)
    while missing > 0:
        part = line.recv(65536)
        if not part:
            raise ConnectionError("the response is cut off")
        answer += part
        missing -= len(part)
    return answer
