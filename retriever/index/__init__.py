"""What is searched: passages, words, vectors, and the versions they are kept in."""
