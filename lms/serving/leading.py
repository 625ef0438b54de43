"""Threads of which one leads: the pattern *leader and followers*.

The leader waits for what comes and does it itself, so that nothing is handed from thread to thread. Where one
piece of work takes long, another thread takes the lead, and the first goes on with that work alone.
"""

import threading
from collections.abc import Callable


class Leading:
    """Who leads among a few threads.

    Args:
        turn: waits for what comes, and does it; the leader calls it again and again. It says `begin` and `end`
            around all that may take long, and touches what belongs to the leader only while `end` said that it
            leads still.
        threads: how many there are; so many pieces of long work can be done at once.
    """

    def __init__(self, turn: Callable[[], None], threads: int) -> None:
        self._turn = turn
        self._threads = threads
        self._lock = threading.Lock()
        self._leader: int | None = None
        #: Odd while the leader works: who finds the same odd number twice has found the same piece of work.
        self._count = 0
        self._seen = 0
        #: What each thread that does not lead waits at.
        self._waiting: list[threading.Lock] = []
        self._ending = False
        self._left = threading.Event()
        self._fault: BaseException | None = None

    def start(self) -> None:
        """Make the threads, and let one of them lead."""
        for number in range(self._threads):
            place = threading.Lock()
            place.acquire()
            self._waiting.append(place)
            threading.Thread(
                target=self._follow, args=(place,), name=f"leading-{number}", daemon=True
            ).start()
        self._waiting.pop().release()

    def _follow(self, place: threading.Lock) -> None:
        while True:
            place.acquire()
            self._leader = threading.get_ident()
            try:
                while self.leads() and not self._ending:
                    self._turn()
            except BaseException as fault:
                # Raised again where somebody looks: a thread that ended in silence would leave nobody to lead.
                self._fault = fault
            with self._lock:
                if self.leads():
                    self._left.set()
                    return
                self._waiting.append(place)

    def leads(self) -> bool:
        """Whether the thread that asks leads."""
        return self._leader == threading.get_ident()

    def begin(self) -> None:
        """The leader begins what may take long."""
        self._count += 1

    def end(self) -> bool:
        """What may take long is done: whether the thread that did it leads still, and will until its next work."""
        with self._lock:
            if not self.leads():
                return False
            self._count += 1
            return True

    def look(self) -> None:
        """Let another thread lead, where the leader still does what it did when this was called before.

        Raises:
            BaseException: what a turn ended with; nobody leads any more.
        """
        if self._fault is not None:
            raise self._fault
        with self._lock:
            if self._is_held_up() and self._waiting:
                self._pass_to(None)
                self._waiting.pop().release()

    def _is_held_up(self) -> bool:
        before, self._seen = self._seen, self._count
        return self._count == before and before % 2 == 1

    def _pass_to(self, leader: int | None) -> None:
        self._leader = leader
        self._count += 2 - self._count % 2

    def take(self, patience_s: float) -> None:
        """Lead for good in the thread that asks, once the leader left or was held up for `patience_s`."""
        self._ending = True
        while not self._left.wait(patience_s):
            with self._lock:
                if self._is_held_up():
                    break
        with self._lock:
            self._pass_to(threading.get_ident())
