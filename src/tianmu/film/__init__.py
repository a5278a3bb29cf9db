"""The nouns of a film: frozen data and pure functions, no files."""
