"""The domain's tasks: which there are, by subject, is in the files beside this one."""

from kernel.tasks import Tasks

tasks = Tasks("payments")
