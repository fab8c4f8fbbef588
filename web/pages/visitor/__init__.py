"""What anybody may read: entries, sheets to print, notices and places, the widget's panels."""

from web.pages.visitor import entries, notices_and_places, panel, print_sheets

BLUEPRINTS = (entries.bp, print_sheets.bp, panel.bp, notices_and_places.bp)
