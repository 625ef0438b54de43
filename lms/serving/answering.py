"""The processes that answer requests: gunicorn's, of whose threads one leads."""

import re
import socket
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from selectors import EVENT_READ
from typing import Any

from gunicorn.util import write_error
from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, TConn, ThreadWorker

from lms.serving.leading import Leading

#: Seconds between two looks at whether a page takes long; whoever comes after such a page waits for two at most,
#: which is ten to twenty ordinary pages.
LOOK_S = 0.05
#: Seconds that may pass between two parts of a request: a weak link, which loses some of what is sent.
PART_S = 30.0
#: Seconds for a client to take note that its connection is closed.
CLOSE_S = 2.0
#: Bytes of a form without files; no head is larger.
SMALL = 64 * 1024
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,18})[ \t]*\r\n", re.IGNORECASE)
_EXPECTS = re.compile(rb"\r\nexpect:", re.IGNORECASE)


def has_come(received: bytes) -> bool:
    """Whether there is of a request all that is waited for before a thread takes it up.

    That is its head, and of its body the length told, up to `SMALL`. Whoever answers reads the rest of a larger
    one, and the body of one whose length is not told or whose client waits to be asked for it.
    """
    end = received.find(b"\r\n\r\n")
    if end < 0:
        return False
    length = _LENGTH.search(received, 0, end + 2)
    if length is None or _EXPECTS.search(received, 0, end + 2):
        return True
    return len(received) - end - 4 >= min(int(length[1]), SMALL)


def is_too_large(received: bytes) -> bool:
    """Whether what has come is the beginning of a head that is larger than any."""
    return len(received) > SMALL and b"\r\n\r\n" not in received


class Connection(TConn):
    """A client's connection."""

    def __init__(self, cfg: Any, sock: socket.socket, client: Any, server: Any) -> None:
        super().__init__(cfg, sock, client, server)
        #: No thread waits for what comes: the one that leads did.
        self.data_ready = True
        #: What has come of its next request.
        self.received = b""
        #: With whom it waits for something to come.
        self.among: deque[Connection] = deque()

    def read(self) -> bytes | None:
        """What has come since: nothing where it was closed, None where nothing came after all."""
        try:
            return self.sock.recv(SMALL, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return None
        except OSError:
            return b""

    def hand_on(self) -> None:
        """Give the parser what was received."""
        self.init()
        self.parser.unreader.unread(self.received)
        self.received = b""


class Threads:
    """gunicorn's pool of threads, of which there is none here."""

    def shutdown(self, wait: bool = True) -> None:
        """Nothing is left to do: what leads and follows ends with the process."""


class Worker(ThreadWorker):
    """Waits for requests in one thread and answers them there, one after the other.

    gunicorn's own hands each request to another thread and waits to be told of its end. Python runs one thread at
    a time: those are two changes of thread for nothing, and two threads that make pages at once make neither
    sooner. Here another thread takes over where a page takes long.

    Nor does a thread wait for a slow link: a request is taken up when it has come, and a connection that is to be
    closed waits among the others until its client has taken note.
    """

    alive: bool

    def init_process(self) -> None:
        self.leading = Leading(self._turn, self.cfg.threads)
        #: Whose request has come.
        self.ready: deque[Connection] = deque()
        #: Whose answer was sent, and who were told that it was the last.
        self.closing_conns: deque[Connection] = deque()
        super().init_process()

    def get_thread_pool(self) -> Threads:
        return Threads()

    def run(self) -> None:
        """Let the threads answer until the process is to end, and end it as gunicorn does."""
        queue = self.method_queue
        self.poller.register(queue.fileno(), EVENT_READ, queue.run_callbacks)
        self.leading.start()
        told = 0.0
        while self.alive:
            time.sleep(LOOK_S)
            self.leading.look()
            if time.monotonic() - told > 1:
                self.notify()
                told = time.monotonic()
                self.alive = self.alive and self.is_parent_alive()
        # Whoever waits for something to come waits no more.
        queue.defer(lambda: None)
        self.leading.take(LOOK_S)
        self.poller.unregister(queue.fileno())
        super().run()

    def _turn(self) -> None:
        self.set_accept_enabled(self.nr_conns < self.worker_connections)
        self.wait_for_and_dispatch_events(1.0)
        if self.leading.leads():
            self.murder_keepalived()
            self.murder_pending()

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """Read what comes within so many seconds, and answer what has come whole."""
        for key, _events in self.poller.select(0 if self.ready else timeout):
            key.data(key.fileobj)
        while self.ready and self._answer(self.ready.popleft()):
            pass

    def accept(self, listener: socket.socket) -> None:
        """Let a new client wait among those that may send a request."""
        try:
            sock, client = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        self.nr_conns += 1
        self._idle(Connection(self.cfg, sock, client, listener.getsockname()))

    def _idle(self, conn: Connection) -> None:
        keep_s = self.cfg.keepalive if self.alive else STOP_KEEPALIVE_LINGER
        self._wait(conn, self.keepalived_conns, keep_s, self._more)

    def _wait(
        self,
        conn: Connection,
        among: "deque[Connection]",
        seconds: float,
        then: Callable[[Connection, socket.socket], None],
    ) -> None:
        conn.among, conn.timeout = among, time.monotonic() + seconds
        among.append(conn)
        self.poller.register(conn.sock, EVENT_READ, partial(then, conn))

    def _no_longer_waits(self, conn: Connection) -> None:
        self.poller.unregister(conn.sock)
        conn.among.remove(conn)

    def _more(self, conn: Connection, _sock: socket.socket) -> None:
        """Something came of a request, or the client is gone."""
        part = conn.read()
        if part is None:
            return
        self._no_longer_waits(conn)
        if part:
            conn.received += part
            self._came(conn)
        else:
            self._close(conn)

    def _came(self, conn: Connection) -> None:
        if has_come(conn.received):
            self.ready.append(conn)
        elif is_too_large(conn.received):
            with suppress(OSError):
                write_error(conn.sock, 431, "Request Header Fields Too Large", "")
            self._say_farewell(conn)
        else:
            self._wait(conn, self.pending_conns, PART_S, self._more)

    def _answer(self, conn: Connection) -> bool:
        """Answer a request; whether the thread leads still."""
        self.leading.begin()
        try:
            conn.hand_on()
            keep = bool(self.handle(conn))
        except BaseException:
            # A page that ends its thread would leave nobody to lead.
            self.log.exception("a request ended its thread")
            keep = False
        if self.leading.end():
            self._answered(conn, keep)
            return True
        self.method_queue.defer(self._answered, conn, keep)
        return False

    def _answered(self, conn: Connection, keep: bool) -> None:
        if not keep:
            self._say_farewell(conn)
            return
        conn.received = conn.parser.unreader.take_buffered()
        if conn.received:
            self._came(conn)
        else:
            self._idle(conn)

    def _say_farewell(self, conn: Connection) -> None:
        """Send no more, and close once the client did: else what it has yet to read might be lost to it."""
        try:
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self._close(conn)
        else:
            self._wait(conn, self.closing_conns, CLOSE_S, self._drain)

    def _drain(self, conn: Connection, _sock: socket.socket) -> None:
        if conn.read() == b"":
            self._no_longer_waits(conn)
            self._close(conn)

    def _close(self, conn: Connection) -> None:
        self.nr_conns -= 1
        conn.close()

    def murder_pending(self) -> None:
        """Close whoever sent a part of a request and no more, and whoever did not take note of the end."""
        now = time.monotonic()
        for among in (self.pending_conns, self.closing_conns):
            while among and among[0].timeout <= now:
                conn = among[0]
                self._no_longer_waits(conn)
                self._close(conn)
