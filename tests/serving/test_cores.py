"""How the processes that serve pages share the cores."""

from lms import serving
from lms.serving import free_core


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
