"""Frames and sound to files and back. Frames are `[h w c] uint8` arrays in RGB, one at a time, never the whole film."""
