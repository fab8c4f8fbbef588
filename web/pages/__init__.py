"""The doors of the site, one blueprint an audience."""
