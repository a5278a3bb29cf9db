"""Tianmu: an open film studio built around a text-to-video world model."""

__version__ = "0.1.0"
