"""Doors to Pillow and PyAV."""
