"""How well it finds things, and how fast."""
