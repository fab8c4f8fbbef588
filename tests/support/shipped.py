"""The product's own entries, each file read once in a process."""

from functools import cache

from kb.files import GUIDES, read_file, read_folder


@cache
def shipped(name):
    """The entry of one file of kb/guides."""
    return read_file(GUIDES / f"{name}.yaml")


@cache
def all_shipped():
    """Every entry of kb/guides, in the order of their ids."""
    return tuple(read_folder())
