"""What a visitor does in the chat, as functions on a page or a frame."""


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
