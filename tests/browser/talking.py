"""What a visitor does in the chat, as functions on a page or a frame."""


def ask(page, text):
    """Type a question, send it, wait for the answer; returns the answer's element."""
    answers = page.locator(".log .bot")
    before = answers.count()
    page.locator("#question").fill(text)
    page.locator("#question").press("Enter")
    answers.nth(before).wait_for()
    return answers.nth(before)
