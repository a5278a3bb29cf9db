"""Editing: a cut becomes the frames of a film, one after the other.

frames   cut_frames: the whole cut as a stream; cut_pictures: the same for an encoder
checks   what cannot be cut is refused before the first frame
sources  what one item shows, frame by frame: takes trimmed and at any speed, titles, gaps
joins    the items of a track one after the other, with dissolves and fades
layers   what lies over what, and where in the frame
looks    the colour tables of the clips
"""

from tianmu.studio.edit.frames import cut_frames, cut_pictures

__all__ = ["cut_frames", "cut_pictures"]
