"""Background work done by hand, in the thread of the test: what waits on a queue, and what the clock brings."""

CLOCK = ", by the clock"


def work_off(queue):
    """Do all that waits on a queue."""
    while task := queue.dequeue():
        queue.execute(task)


def beat(queue, now):
    """Do what is due by the clock at `now`; returns the names of what was."""
    due = queue.read_periodic(now)
    for task in due:
        queue.execute(task)
    work_off(queue)
    return [task.name.removesuffix(CLOCK) for task in due if task.name.endswith(CLOCK)]
