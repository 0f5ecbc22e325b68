"""The Django project: wiring here, the kernel below; no business rule."""
