"""A film in the formats in which it is delivered: each function here is a `studio.edition.Form`.

films     h264, hevc, av1, prores, webm: one file
frames    a folder of PNG pictures
stems     a folder of WAV files: dialogue, effects, music, and the mix
hls       a folder to be streamed from, with a page that plays it
"""
