"""The knowledge base: entries, their rules, their store, import and export."""
