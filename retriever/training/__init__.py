"""What is fitted and trained: the encoder, the choice of a part, the confidence."""
