"""A plugin as an outsider would write it: the example of plugins/README.md."""

from lms.plugins import Artifact, Table, hookimpl


class Lines:
    name, title = "lines", {"en": "Lines"}
    accepts, media_type, extension, options = Table, "text/plain", "txt", ()

    def render(self, document, options, progress=None):
        text = "\n".join(" | ".join(map(str, row)) for row in document.rows)
        return Artifact("lines.txt", self.media_type, text.encode())


@hookimpl
def lms_exporters():
    return [Lines()]
