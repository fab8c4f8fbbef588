"""Values that people write in a sentence, each read by a library or a short rule."""
