"""How a cut leaves for editing suites and comes back.

package    export_cut: a folder with the takes, the timelines and the subtitles that were asked for
comeback   import_cut: an editor's changed cut becomes decisions; deciding finds them, differences tells what is left
names      what things are called outside: show_sequence_shot_element_v001
timecode   from 01:00:00:00, never dropping frames
fit        what of a cut a format can carry, and a sentence for what it cannot
timeline   a cut as an OpenTimelineIO timeline; reading brings one back, with its transitions
edl, fcpxml, suites    the formats
"""

from tianmu.studio.export.comeback import Comeback, import_cut
from tianmu.studio.export.package import FORMATS, Exported, export_cut

__all__ = ["FORMATS", "Comeback", "Exported", "export_cut", "import_cut"]
