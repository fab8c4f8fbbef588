"""What a visitor does in the chat, as functions on a page or a frame; and waiting for what comes with patience only."""

import time


def ask(page, text):
    """Type a question, send it, wait for the answer; returns the answer's element."""
    answers = page.locator(".log .bot")
    answers.first.wait_for()  # the greeting, or what was said before
    before = answers.count()
    page.locator("#question").fill(text)
    page.locator("#question").press("Enter")
    answers.nth(before).wait_for()
    return answers.nth(before)


def questions(page):
    """What the visitor has asked, as the log shows it."""
    return [text.removeprefix("您问：") for text in page.locator(".log .you").all_text_contents()]


def ask_for_news(page):
    """Have the panel ask at once for what comes unasked, instead of in a while."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def look_until(there, again=lambda: None, seconds=150):
    """Look whether `there()` has come true, do `again` between two looks; returns as soon as it has."""
    deadline = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.3)
        again()
