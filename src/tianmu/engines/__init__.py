"""Engines: whatever makes a shot out of a request. Each is loaded by name, only when it is asked for."""
