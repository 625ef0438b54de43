"""A site behind `lms.serving.answering.Worker`, and what its clients send and get."""

import socket
import subprocess
import sys
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic, sleep

SITE = Path(__file__).with_name("answering_site.py")


def free_port():
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def started(most=0):
    port = free_port()
    # What it tells goes where this process's does: a pipe that nobody reads would fill and stop it.
    server = subprocess.Popen([sys.executable, str(SITE), str(port), str(most)])
    try:
        last = monotonic() + 60
        while True:
            try:
                ask(port, "/begun")
                break
            except OSError:
                assert monotonic() < last
                sleep(0.05)
        yield port, server
    finally:
        server.terminate()
        server.wait(timeout=30)


def connect(port, sent=b""):
    made = socket.create_connection(("127.0.0.1", port), timeout=20)
    made.sendall(sent)
    return made


def request(path="/", body=b"", more=""):
    head = f"GET {path} HTTP/1.1\r\nHost: a\r\n{more}Content-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def answer_of(connection):
    """Head and body of the next answer; both empty where the connection is closed without one."""
    with closing(connection.makefile("rb", buffering=0)) as read:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            byte = read.read(1)
            if not byte:
                return head.decode(), ""
            head += byte
        length = int(head.decode().lower().split("content-length: ")[1].split("\r\n")[0])
        body = b""
        while len(body) < length:
            body += read.read(length - len(body))
        return head.decode(), body.decode()


def ask(port, path="/", body=b"", more=""):
    with closing(connect(port, request(path, body, more))) as connection:
        return answer_of(connection)[1]
