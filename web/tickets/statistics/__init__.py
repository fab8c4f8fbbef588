"""Figures over appeals: counts, reports, the data pool."""
