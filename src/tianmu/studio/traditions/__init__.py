"""A library of looks and of story forms from many places and times, with their sources; anyone adds to it by a file.

    open_library(home)        every entry, shipped and of this studio, and what is wrong with files of its own
    read_library(home)        the entries alone
    find_entry(id, home)      one of them
    add_file(path, home)      check a file of entries, and keep it

shipped       studio/traditions/entries/*.yaml
of a studio   home/library/*.yaml
"""

from tianmu.studio.traditions.entry import KINDS, Entry, Kind, as_row
from tianmu.studio.traditions.file import read_entries
from tianmu.studio.traditions.shelf import Library, add_file, find_entry, open_library, read_library

__all__ = [
    "KINDS",
    "Entry",
    "Kind",
    "Library",
    "add_file",
    "as_row",
    "find_entry",
    "open_library",
    "read_entries",
    "read_library",
]
