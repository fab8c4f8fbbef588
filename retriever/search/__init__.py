"""From a question to ranked entries and parts, with a confidence."""
