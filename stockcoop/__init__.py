"""The Django project: wiring here, the kernel below; no business rule."""

__version__ = "0.1.0"
