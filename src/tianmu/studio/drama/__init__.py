"""A film to hear: a narrator reads headings and action, the characters speak, and every scene is a chapter.

narration   a screenplay's words as they are said to somebody who cannot see
script      who says what, in which order, after how long a pause
timeline    the script spoken and laid out: a sound film of its own timing
m4a         sound, chapters, metadata and a cover in one file
drama       all of it, as a form of the film

write_drama(edition, folder, progress) -> Written
"""
