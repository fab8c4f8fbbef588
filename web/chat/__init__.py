"""What the site does, one module a subject, without a word about HTTP."""
