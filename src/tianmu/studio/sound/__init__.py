"""The sound of a film: voices, ambience, effects, music, and their mix."""
