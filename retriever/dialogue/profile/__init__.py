"""What the desk brings to an enterprise of itself: policies that match, and lists of what there is."""
