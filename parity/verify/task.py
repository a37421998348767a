"""The task of a request."""

from parity import plugins
from parity.tasks import Task
from parity.verify.request import Request


def task_of(request: Request) -> Task | None:
    """What decodes its answers, with what was recorded; None for none. Raises CaseError."""
    if request.task is None:
        return None
    folder = request.reference.model.program.parent
    task: Task = plugins.load("tasks", request.task.name).open(request.task.options, folder)
    return task.among({r.text: r.logits for r in request.golden if r.logits is not None})
