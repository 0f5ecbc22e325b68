"""The one door to typst: a template of a package and data in, the bytes of a PDF out."""

import json
from pathlib import Path
from typing import Any

import typst
from django.template.loader import get_template


def render(template_name: str, data: dict[str, Any]) -> bytes:
    """The PDF of `template_name` (a .typ below a package's templates) filled with `data`.

    The template reads `json(bytes(sys.inputs.data))`. Equal data gives equal bytes, so the
    result can be hashed: typst puts no clock into it. Raises TemplateDoesNotExist, or
    typst's error when the template and the data do not fit.
    """
    path = Path(str(get_template(template_name).origin.name))  # type: ignore[attr-defined]
    inputs = {"data": json.dumps(data, sort_keys=True)}
    return bytes(typst.compile(path, root=path.parent, sys_inputs=inputs, timestamp=0))
