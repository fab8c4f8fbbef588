"""Which policies fit an enterprise: fields of a profile, conditions on them, the audience of an entry."""
