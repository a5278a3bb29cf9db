"""Excerpts of a film: its most telling moments, chosen by what is known of it, and shown in a teaser and a trailer.

pieces     a part of a clip of a cut, as a clip of another cut
motion     how much moves in a take, measured on its frames
moments    every moment of a film with its score and its reasons, and the choice among them
teaser     a few seconds without sound, which loop: an animated WebP
trailer    up to half a minute with music, lines and titles: an MP4

write_teaser(edition, folder, progress) -> Written
write_trailer(edition, folder, progress) -> Written
"""
