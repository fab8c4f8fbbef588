"""The dialogue: Rasa classifies acts and keeps the conversation; plain functions decide what to say."""
