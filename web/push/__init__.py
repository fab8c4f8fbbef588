"""Policies and notices brought to the enterprises they are meant for: once each, when and where they chose."""
