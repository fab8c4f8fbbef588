"""Steps of our own in Rasa's pipeline."""
