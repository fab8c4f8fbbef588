"""The curators' pages: entries, their versions, files, the queue, the hit test, words, reaching out."""

from web.pages.curator import entries, hit_test, home, import_export, outreach, queue, versions, words

BLUEPRINTS = (home.bp, entries.bp, import_export.bp, queue.bp, hit_test.bp, versions.bp, words.bp, outreach.bp)
