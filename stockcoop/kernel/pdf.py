"""The one door to typst: a template of a package and data in, the bytes of a PDF out."""

import json
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import typst
from django.template.loader import get_template


def render(template_name: str, data: dict[str, Any]) -> bytes:
    """The PDF of `template_name` (a .typ below a package's templates) filled with `data`.

    The template reads `json(bytes(sys.inputs.data))`. Equal data gives equal bytes, so the
    result can be hashed: typst puts no clock into it, and sees no fonts but ours. Raises
    TemplateDoesNotExist, or typst's error when the template and the data do not fit.
    """
    path = Path(str(get_template(template_name).origin.name))  # type: ignore[attr-defined]
    inputs = {"data": json.dumps(data, sort_keys=True)}
    made = typst.compile(
        path, root=path.parent, sys_inputs=inputs, timestamp=0, font_paths=_fonts()
    )
    return bytes(made)


@cache
def _fonts() -> typst.Fonts:
    """Typst's own fonts, and Noto for the scripts that those lack: names come in all of them.

    The machine's fonts are left out, or the same facts would give another file elsewhere.
    """
    folders = [Path(str(files(name))) for name in ("manimgx_fonts", "noto_cjk_sans_otc")]
    return typst.Fonts(include_system_fonts=False, font_paths=folders)
