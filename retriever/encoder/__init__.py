"""The encoder: from weights to a graph, from text to vectors."""
