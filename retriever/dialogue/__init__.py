"""One turn of a conversation: what a message wants and what is said, without Rasa and without the web."""
