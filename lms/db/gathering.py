"""psycopg's pipeline, sent in parcels: what is given to it goes to the server when something is waited for."""

from functools import partial
from typing import Any

from psycopg import Connection, Pipeline
from psycopg.generators import send

#: So many statements go to the server at the latest, so that neither side has to hold more.
MOST = 200


class Gathering(Pipeline):
    """A pipeline that gathers.

    psycopg's own sends each statement by itself, and looks each time whether an answer came: for short statements
    that takes as long as they do.
    """

    def __init__(self, connection: Connection[Any]) -> None:
        super().__init__(connection)
        self._gathered = 0
        self._is_asked = False

    def tell(self, command: bytes) -> None:
        """Gather a command without values that answers nothing, as psycopg gathers its own."""
        self.command_queue.append(partial(self.pgconn.send_query_params, command, None))
        self.result_queue.append(None)

    def send(self) -> None:
        """Let the server begin with what was gathered, and do not wait for it."""
        with self._lock:
            self._conn.wait(self._sent())

    def _sent(self) -> Any:
        self._gathered = 0
        yield from super()._communicate_gen()
        # What the system's buffers do not hold is sent as the server takes it; it answers only when all is there.
        yield from send(self.pgconn)

    def _communicate_gen(self) -> Any:
        while self.command_queue:
            # libpq keeps it until it is told to send, or has much.
            self.command_queue.popleft()()
            self._gathered += 1
        if self._is_asked or self._gathered >= MOST:
            yield from self._sent()

    def _sync_gen(self) -> Any:
        yield from self._asking(super()._sync_gen())

    def _exit_gen(self) -> Any:
        yield from self._asking(super()._exit_gen())

    def _asking(self, whole: Any) -> Any:
        self._is_asked = True
        try:
            yield from whole
        finally:
            self._is_asked = False


def gathering(held: Any) -> Any:
    """Within it, what a connection of psycopg's executes is gathered; entering gives the pipeline."""
    if held._pipeline is None:
        held._pipeline = Gathering(held)
    return held.pipeline()
