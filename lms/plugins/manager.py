"""Finds, loads, checks and disables plugins; keeps what failed, with the reason."""

import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

import pluggy

from lms.plugins import hookspecs
from lms.plugins.exporters import Exporter
from lms.scoring import TYPES

log = logging.getLogger(__name__)
GROUP = "lms.plugins"


@dataclass(frozen=True, slots=True)
class Found:
    """A plugin and how it fared: `state` is active, disabled or failed; `reason` says why."""

    name: str
    module: str
    version: str
    state: str
    reason: str = ""


class PluginManager:
    """The plugins of one site. Nothing is loaded at import time, so each test has the plugins it asks for."""

    def __init__(self, disabled: Iterable[str] = ()) -> None:
        self.disabled = frozenset(disabled)
        self.found: dict[str, Found] = {}
        self._exporters: dict[str, Exporter] = {}
        self._roots: list[Path] = []

    def load_entry_points(self) -> None:
        """Load every plugin declared under the entry point group, each on its own."""
        for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
            self._load(point)

    def _load(self, point: EntryPoint) -> None:
        version = point.dist.version if point.dist else ""
        if point.name in self.disabled:
            self.found[point.name] = Found(point.name, point.value, version, "disabled")
            return
        try:
            module = point.load()
        except BaseException as error:
            # Another's code runs here: whatever it raises costs this plugin, and never the site.
            if isinstance(error, KeyboardInterrupt):
                raise
            self._failed(point.name, point.value, version, error)
            return
        self.register(point.name, module, module_name=point.value, version=version)

    def register(
        self, name: str, module: ModuleType | Any, *, module_name: str = "", version: str = ""
    ) -> None:
        """Check a plugin's hooks and take what it offers; a fault leaves it out, with the reason."""
        module_name = module_name or getattr(module, "__name__", type(module).__name__)
        host = pluggy.PluginManager("lms")
        host.add_hookspecs(hookspecs)
        try:
            host.register(module, name=name)
            host.check_pending()
            exporters = [one for many in host.hook.lms_exporters() for one in many]
            for exporter in exporters:
                self._check_exporter(exporter)
            roots = [Path(one) for many in host.hook.lms_content_roots() for one in many]
            # Last: the registry only ever grows, so nothing that fails after it may be left half taken.
            TYPES.add(*(one for many in host.hook.lms_question_types() for one in many))
        except Exception as error:
            self._failed(name, module_name, version, error)
            return
        self._exporters.update({exporter.name: exporter for exporter in exporters})
        self._roots += roots
        self.found[name] = Found(name, module_name, version, "active")

    def _check_exporter(self, exporter: Any) -> None:
        if not isinstance(exporter, Exporter):
            raise TypeError(f"{exporter!r} lacks something of lms.plugins.Exporter")
        if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", exporter.name):
            raise ValueError(f"exporter name {exporter.name!r} is not kebab-case")
        if exporter.name in self._exporters:
            raise ValueError(f"exporter name {exporter.name!r} is taken by another plugin")

    def _failed(self, name: str, module: str, version: str, error: BaseException) -> None:
        reason = f"{type(error).__name__}: {error}"
        log.error("plugin %s (%s) is left out: %s", name, module, reason, exc_info=error)
        self.found[name] = Found(name, module, version, "failed", reason)

    @property
    def exporters(self) -> dict[str, Exporter]:
        """The exporters on offer, by name."""
        return dict(sorted(self._exporters.items()))

    @property
    def content_roots(self) -> list[Path]:
        """Folders with content that plugins bring."""
        return list(self._roots)
