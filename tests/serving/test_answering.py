"""The processes that answer requests: what comes slowly, takes long or ends badly keeps nobody else waiting."""

from contextlib import closing
from time import monotonic, sleep

import pytest
from serving.clients import answer_of, ask, connect, request, started

from lms.serving.answering import CLOSE_S, SMALL, has_come


@pytest.mark.parametrize(
    ("received", "come"),
    [
        (b"", False),
        (b"GET / HTTP/1.1\r\nHost: a\r\n", False),
        (b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", True),
        (b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nab", False),
        (b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc", True),
        (b"POST / HTTP/1.1\r\ncontent-length:3\r\nHost: a\r\n\r\nab", False),
        # Said in the body it says nothing.
        (b"POST / HTTP/1.1\r\nHost: a\r\n\r\n\r\nContent-Length: 9\r\n", True),
        # Whoever answers reads on.
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", True),
        (b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n", True),
        (b"POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n" + b"a" * (SMALL - 1), False),
        (b"POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n" + b"a" * SMALL, True),
        # The parser refuses it.
        (b"POST / HTTP/1.1\r\nContent-Length: many\r\n\r\n", True),
        (b"a" * (SMALL + 1), False),
    ],
)
def test_a_request_has_come_with_its_head_and_a_small_body(received, come):
    assert has_come(received) is come


@pytest.fixture(scope="module")
def port():
    with started() as (port, _server):
        yield port


def test_short_pages_are_all_made_by_the_thread_that_waits_for_them(port):
    with closing(connect(port)) as first, closing(connect(port)) as second:
        threads = set()
        for _round in range(5):
            for connection in (first, second):
                connection.sendall(request())
                threads.add(answer_of(connection)[1].split()[0])

    assert len(threads) == 1


def test_a_page_that_takes_long_keeps_nobody_waiting(port):
    with (
        closing(connect(port, request("/slow"))) as first,
        closing(connect(port, request("/slow"))) as second,
    ):
        for _begun in range(2):
            ask(port, "/waiting")
        quick = ask(port)
        ask(port, "/release")
        slow = [answer_of(one)[1] for one in (first, second)]

    threads = {answer.split()[0] for answer in (quick, *slow)}
    assert len(threads) == 3
    assert ask(port)


def test_a_request_that_comes_in_parts_is_answered_whole_and_holds_no_thread(port):
    whole = request("/parts", b"answer=a")
    with_parts = [connect(port, whole[:20]) for _ in range(8)]
    sleep(0.1)
    assert ask(port).endswith(" / 0")
    for connection in with_parts:
        connection.sendall(whole[20:-3])
    sleep(0.1)
    assert ask(port).endswith(" / 0")
    for connection in with_parts:
        connection.sendall(whole[-3:])
        with closing(connection):
            assert answer_of(connection)[1].endswith(" /parts 8")


def test_requests_that_come_together_are_answered_one_after_the_other(port):
    several = request("/a", b"1") + request("/b", b"12") + request("/c")
    with closing(connect(port, several[:-5])) as connection:
        assert answer_of(connection)[1].endswith(" /a 1")
        assert answer_of(connection)[1].endswith(" /b 2")
        connection.sendall(several[-5:])
        assert answer_of(connection)[1].endswith(" /c 0")


def test_who_takes_no_note_of_the_end_keeps_nobody_waiting(port):
    ended = [connect(port, request(more="Connection: close\r\n")) for _ in range(8)]
    for connection in ended:
        assert answer_of(connection)[1].endswith(" / 0")
    begun = monotonic()
    assert ask(port)
    # Each by itself would be waited for.
    assert monotonic() - begun < 4 * CLOSE_S
    for connection in ended:
        with closing(connection):
            assert connection.recv(10) == b""


def test_large_bodies_and_those_that_wait_to_be_asked_for_are_read_while_answering(port):
    assert ask(port, "/large", b"a" * (3 * SMALL)).endswith(f" /large {3 * SMALL}")
    with closing(
        connect(port, request("/asked", b"abc", "Expect: 100-continue\r\n")[:-3])
    ) as asked:
        assert asked.recv(100).startswith(b"HTTP/1.1 100 Continue")
        asked.sendall(b"abc")
        assert answer_of(asked)[1].endswith(" /asked 3")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"nonsense\r\n\r\n", "400"),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: many\r\n\r\n", "400"),
        (b"GET / HTTP/1.1\r\nHost: " + b"a" * (SMALL + 100), "431"),
    ],
)
def test_what_is_no_request_is_refused(port, sent, status):
    with closing(connect(port, sent)) as connection:
        assert answer_of(connection)[0].split()[1] == status
    assert ask(port)


def test_a_page_that_ends_its_thread_costs_nobody_else_anything(port):
    for _each in range(5):
        ask(port, "/ends")

    assert ask(port).endswith(" / 0")


def test_a_client_that_leaves_halfway_is_let_go(port):
    for sent in (b"", b"GET / HT"):
        connect(port, sent).close()

    assert ask(port).endswith(" / 0")


def test_a_process_that_is_told_to_end_answers_what_it_began():
    with started() as (port, server):
        idle = connect(port)
        with closing(idle), closing(connect(port, request("/pause"))) as slow:
            ask(port, "/waiting")
            server.terminate()
            assert answer_of(slow)[1].endswith(" /pause 0")
            # Whoever may be sending a request gets a moment, and no more.
            assert idle.recv(10) == b""
        assert server.wait(20) == 0


def test_a_process_that_has_answered_its_share_is_replaced_and_none_goes_unanswered():
    with started(most=5) as (port, _server):
        for number in range(25):
            assert ask(port, f"/{number}").endswith(f" /{number} 0")
