"""The site put together, and the processes that serve it."""
