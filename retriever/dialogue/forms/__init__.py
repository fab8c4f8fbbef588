"""Forms: things asked one at a time, as plain values and functions."""
