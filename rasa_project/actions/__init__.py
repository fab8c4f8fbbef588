"""The action server: translates between Rasa's tracker and the functions that decide what to say."""

from rasa_project.actions.turn import ActionReply

__all__ = ["ActionReply"]
