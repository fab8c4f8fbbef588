"""What curators do: edit and publish entries, work off unanswered questions, try and tune the search."""
