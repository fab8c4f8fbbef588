"""Text before it is searched: one way of writing, words, slips, English terms."""
