"""The seam: a plugin that fails costs itself and nothing else, and is named with its reason."""

import importlib.util
import inspect
import sys
from datetime import UTC, datetime
from importlib.metadata import EntryPoint
from pathlib import Path
from types import SimpleNamespace

import pytest

from lms.plugins import Column, Table, hookimpl, hookspecs
from lms.plugins.conformance import check_exporter
from lms.plugins.manager import PluginManager
from lms.scoring import TYPES, question_type
from lms.scoring.types.true_false import TrueFalse


def sample():
    path = Path(__file__).parent / "sample" / "__init__.py"
    spec = importlib.util.spec_from_file_location("a_sample_plugin", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def manager():
    made = PluginManager()
    made.register("sample", sample())
    return made


def offering(*exporters):
    def lms_exporters():
        return list(exporters)

    return SimpleNamespace(lms_exporters=hookimpl(lms_exporters), __name__="other")


def test_a_plugin_offers_its_exporter(manager):
    assert list(manager.exporters) == ["lines"]
    assert manager.found["sample"].state == "active"


@pytest.mark.parametrize(
    ("plugin", "reason"),
    [
        pytest.param(offering(object()), "lacks something", id="no exporter"),
        pytest.param(
            SimpleNamespace(lms_unheard=hookimpl(lambda: []), __name__="x"),
            "unknown hook",
            id="no hook",
        ),
        pytest.param(offering(sample().Lines()), "taken", id="a name that is taken"),
    ],
)
def test_a_faulty_plugin_is_named_and_the_others_stay(manager, plugin, reason):
    manager.register("faulty", plugin)

    assert manager.found["faulty"].state == "failed"
    assert reason in manager.found["faulty"].reason
    assert list(manager.exporters) == ["lines"]


def test_a_plugin_that_raises_while_it_is_asked_is_named(manager):
    def lms_exporters():
        raise RuntimeError("not today")

    manager.register("moody", SimpleNamespace(lms_exporters=hookimpl(lms_exporters), __name__="m"))

    assert "not today" in manager.found["moody"].reason


def test_a_plugin_that_cannot_be_imported_is_named(manager):
    manager._load(EntryPoint("gone", "no_such_module_anywhere", "lms.plugins"))

    assert manager.found["gone"].state == "failed"
    assert "no_such_module_anywhere" in manager.found["gone"].reason


def test_a_disabled_plugin_is_not_even_imported():
    made = PluginManager(disabled=["gone"])
    made._load(EntryPoint("gone", "no_such_module_anywhere", "lms.plugins"))

    assert made.found["gone"].state == "disabled"
    assert "no_such_module_anywhere" not in sys.modules


def test_content_roots_of_a_plugin_are_taken(manager, tmp_path):
    def lms_content_roots():
        return [tmp_path]

    manager.register(
        "content", SimpleNamespace(lms_content_roots=hookimpl(lms_content_roots), __name__="c")
    )

    assert manager.content_roots == [tmp_path]


def test_a_question_type_of_a_plugin_is_known_to_every_caller():
    class Echo(TrueFalse):
        name = "echo"

    def lms_question_types():
        return [Echo()]

    plugin = SimpleNamespace(lms_question_types=hookimpl(lms_question_types), __name__="echo")
    manager = PluginManager()

    with TYPES.having():
        manager.register("echo", plugin)

        assert manager.found["echo"].state == "active"
        assert question_type("echo").name == "echo"


def test_a_question_type_whose_name_is_taken_leaves_its_plugin_out():
    class Impostor(TrueFalse):
        name = "true_false"

    def lms_question_types():
        return [Impostor()]

    plugin = SimpleNamespace(lms_question_types=hookimpl(lms_question_types), __name__="impostor")
    manager = PluginManager()

    manager.register("impostor", plugin)

    assert manager.found["impostor"].state == "failed"
    assert "question-type.taken" in manager.found["impostor"].reason
    assert type(question_type("true_false")) is TrueFalse


def test_every_hook_has_a_test_here():
    hooks = [name for name in vars(hookspecs) if name.startswith("lms_")]
    text = inspect.getsource(sys.modules[__name__])

    assert hooks
    assert [name for name in hooks if f"def {name}" not in text] == []


def test_the_shipped_plugins_are_all_active(app):
    found = app.extensions["lms.plugins"].found

    assert {name: one.state for name, one in found.items()} == {
        "capacity_report_pdf": "active",
        "certificate_pdf": "active",
        "course_book": "active",
        "tabular_data": "active",
    }


def test_conformance_finds_an_exporter_whose_bytes_differ(manager):
    lines, document = manager.exporters["lines"], table()
    check_exporter(lines, document)
    counter = iter(range(10))
    lines.render = lambda *_args: next(counter)

    with pytest.raises(AssertionError, match="different files"):
        check_exporter(lines, document)


def table():
    return Table(
        title="T",
        language="en",
        site_name="B",
        made_at=datetime(2026, 1, 1, tzinfo=UTC),
        columns=(Column("a", "A"),),
        rows=(("x",),),
    )
