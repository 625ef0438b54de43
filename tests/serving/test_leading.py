"""Threads of which one leads."""

from collections import deque
from threading import Event, get_ident
from time import monotonic, sleep

import pytest

from lms.serving.leading import Leading


class Work:
    """What a leader takes up: each piece waits until it may end."""

    def __init__(self, threads):
        self.pieces = deque()
        self.begun, self.ended = [], []
        self.leading = Leading(self.turn, threads)
        self.leading.start()

    def turn(self):
        if not self.pieces:
            sleep(0.001)
            return
        name, may_end = self.pieces.popleft()
        self.leading.begin()
        self.begun.append((name, get_ident()))
        may_end.wait(20)
        self.ended.append((name, self.leading.end()))

    def add(self, name, waits=False):
        may_end = Event()
        if not waits:
            may_end.set()
        self.pieces.append((name, may_end))
        return may_end


def until(true):
    last = monotonic() + 20
    while not true():
        assert monotonic() < last
        sleep(0.001)


def thread_of(work, name):
    return dict(work.begun)[name]


def test_one_thread_does_all_that_is_short():
    work = Work(threads=3)
    for name in "abcdef":
        work.add(name)
        work.leading.look()
    until(lambda: len(work.ended) == 6)

    assert [name for name, _thread in work.begun] == list("abcdef")
    assert len({thread for _name, thread in work.begun}) == 1
    assert {leads for _name, leads in work.ended} == {True}


def test_another_takes_the_lead_from_one_that_is_held_up():
    work = Work(threads=2)
    long = work.add("long", waits=True)
    until(lambda: work.begun)
    work.leading.look()
    work.add("short")
    sleep(0.02)
    assert len(work.begun) == 1, "seen once is not held up yet"

    work.leading.look()
    until(lambda: len(work.ended) == 1)
    assert work.ended == [("short", True)]
    assert thread_of(work, "short") != thread_of(work, "long")

    long.set()
    until(lambda: len(work.ended) == 2)
    assert work.ended[1] == ("long", False)


def test_one_that_was_held_up_can_lead_again():
    work = Work(threads=2)
    first = work.add("first", waits=True)
    until(lambda: len(work.begun) == 1)
    work.leading.look()
    work.leading.look()
    second = work.add("second", waits=True)
    until(lambda: len(work.begun) == 2)
    first.set()
    until(lambda: work.ended == [("first", False)])
    work.add("third")

    def has_begun():
        work.leading.look()
        return len(work.begun) == 3

    until(has_begun)

    assert thread_of(work, "third") == thread_of(work, "first")
    second.set()
    until(lambda: len(work.ended) == 3)
    assert dict(work.ended) == {"first": False, "third": True, "second": False}


def test_where_all_are_held_up_the_last_one_leads_on():
    work = Work(threads=1)
    long = work.add("long", waits=True)
    until(lambda: work.begun)
    for _look in range(3):
        work.leading.look()
    work.add("next")
    long.set()
    until(lambda: len(work.ended) == 2)

    assert work.ended == [("long", True), ("next", True)]


def test_many_pieces_of_the_same_length_are_not_taken_for_one():
    work = Work(threads=2)
    for name in range(5):
        may_end = work.add(name, waits=True)
        until(lambda name=name: len(work.begun) == name + 1)
        work.leading.look()
        may_end.set()
        until(lambda name=name: len(work.ended) == name + 1)

    assert {leads for _name, leads in work.ended} == {True}


def test_a_fault_of_a_turn_is_raised_where_somebody_looks():
    def turn():
        raise KeyError("a fault")

    leading = Leading(turn, 2)
    leading.start()

    with pytest.raises(KeyError, match="a fault"):
        until(leading.look)


def test_whoever_takes_the_lead_waits_for_the_leader_to_leave():
    work = Work(threads=2)
    work.add("short")
    until(lambda: work.ended)
    work.leading.take(0.05)

    assert work.leading.leads()
    work.add("late")
    sleep(0.02)
    assert len(work.begun) == 1, "nobody else takes up anything"


def test_whoever_takes_the_lead_does_not_wait_for_one_that_is_held_up():
    work = Work(threads=2)
    long = work.add("long", waits=True)
    until(lambda: work.begun)
    work.leading.take(0.01)

    assert work.leading.leads()
    assert not work.ended
    long.set()
    until(lambda: work.ended)
    assert work.ended == [("long", False)]
    assert work.leading.leads()
    work.leading.begin()
    assert work.leading.end()
