"""How the processes that serve pages share their time."""

from io import BytesIO
from threading import Event, Thread

from lms import serving
from lms.serving import PATIENCE_S, SMALL, Turns, free_core


class Slow(BytesIO):
    """What a client sends; tells whether it was read."""

    was_read = False

    def read(self, size=-1):
        self.was_read = True
        return super().read(size)


def ask(turns, body=b"", **more):
    environ = {"CONTENT_LENGTH": str(len(body)), "wsgi.input": Slow(body)} | more
    return b"".join(turns(environ, None))


def test_a_form_is_read_before_its_turn_and_handed_on_whole():
    sent = Slow(b"answer=a")
    seen = []

    def app(environ, _start):
        seen.append((sent.was_read, environ["wsgi.input"].read()))
        return [b"page"]

    answer = ask(Turns(app), b"answer=a", **{"wsgi.input": sent})

    assert (answer, seen) == (b"page", [(True, b"answer=a")])


def test_pages_are_made_one_after_the_other():
    busy, most = [], []

    def app(environ, _start):
        busy.append(1)
        most.append(len(busy))
        Event().wait(PATIENCE_S / 20)
        busy.pop()
        return [b""]

    turns = Turns(app)
    threads = [Thread(target=ask, args=(turns,)) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(10)

    assert most == [1, 1, 1, 1]


def test_nobody_waits_for_a_page_that_takes_long_nor_for_a_large_file():
    held, begun = Event(), Event()

    def app(environ, _start):
        if environ.get("PATH_INFO") == "/slow":
            begun.set()
            held.wait(30)
        return [b"page"]

    turns = Turns(app)
    slow = Thread(target=ask, args=(turns,), kwargs={"PATH_INFO": "/slow"})
    slow.start()
    begun.wait(10)
    try:
        assert ask(turns) == b"page"
        large = Slow(b"")
        assert ask(turns, CONTENT_LENGTH=str(SMALL + 1), **{"wsgi.input": large}) == b"page"
        assert not large.was_read
    finally:
        held.set()
        slow.join(10)

    assert ask(turns) == b"page"


def test_each_process_has_a_core_of_its_own_also_one_that_takes_the_place_of_another():
    assert free_core({2, 3}, []) == 2
    assert free_core({2, 3}, [2]) == 3
    assert free_core({2, 3}, [3]) == 2
    # The one that goes is still there while the one that comes is made.
    assert free_core({2, 3}, [2, 3, 3]) == 2


def test_processes_keep_to_cores_only_where_there_are_as_many(monkeypatch):
    monkeypatch.setattr(serving.os, "sched_getaffinity", lambda _pid: {0, 1}, raising=False)

    assert set(serving.keeping_to_cores(2)) == {"pre_fork", "post_fork"}
    assert serving.keeping_to_cores(4) == serving.keeping_to_cores(1) == {}
    monkeypatch.delattr(serving.os, "sched_getaffinity")
    assert serving.keeping_to_cores(2) == {}
