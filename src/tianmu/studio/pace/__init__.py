"""The rhythm of a film: lengths of its shots, cuts a minute, motion, flashes and loudness; reported, not judged.

measure_project(project)  of a film of the studio, whose cuts are known
measure_file(path)        of any film file, whose cuts are found
draw_rhythm(rhythm)       the picture of it
"""

from tianmu.studio.pace.measuring import measure_file, measure_project
from tianmu.studio.pace.picture import draw_rhythm, in_words
from tianmu.studio.pace.rhythm import Piece, Rhythm, as_row

__all__ = ["Piece", "Rhythm", "as_row", "draw_rhythm", "in_words", "measure_file", "measure_project"]
