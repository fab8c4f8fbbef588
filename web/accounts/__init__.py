"""Accounts of the staff: who they are, what they may do, and a record of what they did."""
