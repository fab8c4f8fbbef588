"""The operator's desk: reading, reviewing and joining conversations, and the figures of the day."""
