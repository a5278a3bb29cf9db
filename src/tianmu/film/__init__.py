"""The nouns of a film: frozen data and pure functions, no files.

    Screenplay -> Breakdown, Asset -> Shot -> Take -> Cut

Each that is stored names its schema and version (`schema.py`).
"""
