"""The websites that show the desk in a frame: which, with which entry points, in which colour."""
