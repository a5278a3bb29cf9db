"""May this be shown: what detectors see in the frames of a shot, before anything is drawn over them.

FrameReview(num_frames, fps)     takes frames as they stream, and gives findings at the end
flashes, stillness               look at every frame, through one small picture of it
nudity, faces                    look at a frame a second, with networks that are loaded when first needed
lettering                        finds and reads letters in three frames of a shot, where a policy asks for them
"""

from tianmu.governance.review.frames.faces import FaceFinder
from tianmu.governance.review.frames.flashes import FlashFinder
from tianmu.governance.review.frames.lettering import LetteringFinder
from tianmu.governance.review.frames.nudity import NudityFinder
from tianmu.governance.review.frames.review import FrameReview
from tianmu.governance.review.frames.stillness import StillnessFinder

__all__ = ["FaceFinder", "FlashFinder", "FrameReview", "LetteringFinder", "NudityFinder", "StillnessFinder"]
