"""Clients of every kind at once: each gets its own answer, and nothing of them is left behind."""

import os
import random
import socket
import struct
import subprocess
from threading import Thread
from time import monotonic, sleep

from serving.clients import answer_of, ask, connect, request, started


def whole(port, chance):
    body = b"y" * chance.randrange(3000)
    return ask(port, "/whole", body).endswith(f" /whole {len(body)}")


def in_parts(port, chance):
    sent, at = request("/parts", b"y" * chance.randrange(3000)), 0
    with connect(port) as connection:
        while at < len(sent):
            step = chance.randrange(1, 700)
            connection.sendall(sent[at : at + step])
            at += step
            sleep(chance.random() * 0.003)
        return " /parts " in answer_of(connection)[1]


def several_at_once(port, chance):
    count = chance.randrange(2, 9)
    sent = b"".join(request(f"/{number}", b"z" * number) for number in range(count))
    with connect(port, sent) as connection:
        answers = [answer_of(connection)[1] for _ in range(count)]
    return all(one.endswith(f" /{number} {number}") for number, one in enumerate(answers))


def large(port, chance):
    size = chance.randrange(60_000, 400_000)
    return ask(port, "/large", b"a" * size).endswith(f" /large {size}")


def in_chunks(port, chance):
    head = b"POST /chunks HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    with connect(port, head) as connection:
        sleep(chance.random() * 0.02)
        connection.sendall(b"3\r\nabc\r\n0\r\n\r\n")
        return answer_of(connection)[1].endswith(" /chunks 3")


def last_of_its_connection(port, chance):
    with connect(port, request("/last", more="Connection: close\r\n")) as connection:
        found = answer_of(connection)[1].endswith(" /last 0") and connection.recv(1) == b""
        sleep(chance.random() * 0.1)
        return found


def sends_no_more(port, _chance):
    with connect(port, request("/half")) as connection:
        connection.shutdown(socket.SHUT_WR)
        return answer_of(connection)[1].endswith(" /half 0")


def leaves_halfway(port, chance):
    connection = connect(port, request("/gone")[: chance.randrange(40)])
    if chance.random() < 0.5:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
    return True


def nonsense(port, chance):
    sent = b"!" + chance.randbytes(chance.randrange(300)) + b"\r\n\r\n"
    with connect(port, sent) as connection:
        return connection.recv(4000).split(b" ", 2)[1][:1] == b"4"


def ends_its_thread(port, _chance):
    ask(port, "/ends")
    return True


CLIENTS = (
    whole,
    in_parts,
    several_at_once,
    large,
    in_chunks,
    last_of_its_connection,
    sends_no_more,
    leaves_halfway,
    nonsense,
    ends_its_thread,
)


def opened(server):
    [process] = subprocess.check_output(["pgrep", "-P", str(server.pid)], text=True).split()
    return len(os.listdir(f"/proc/{process}/fd"))


def test_each_of_many_clients_gets_its_own_answer():
    wrong = []

    def go(port, seed):
        chance = random.Random(seed)
        for number in range(20):
            client = chance.choice(CLIENTS)
            try:
                right = client(port, chance)
            except (OSError, IndexError) as fault:
                right = fault
            if right is not True:
                wrong.append((seed, number, client.__name__, right))

    with started() as (port, server):
        before = opened(server)
        threads = [Thread(target=go, args=(port, seed)) for seed in range(12)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        last = monotonic() + 20
        while opened(server) > before and monotonic() < last:
            sleep(0.1)

        assert wrong == []
        assert opened(server) == before
