"""The life of an appeal as one table: states, moves, who may, what follows, by when."""
