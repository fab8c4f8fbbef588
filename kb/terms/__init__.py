"""Terms that several packages share: what tickets are about, why a grade is bad, how people say yes and no."""
