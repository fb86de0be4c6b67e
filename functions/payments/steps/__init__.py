"""Payments' part in a checkout and in what follows it: money taken, given up, returned, and passed on."""

from functions.payments.steps.app import tasks

__all__ = ["handler", "tasks"]

handler = tasks.handler
