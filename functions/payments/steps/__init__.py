"""Payments' part in a checkout and in what follows it: money taken, given up, returned, and passed on."""

from functions.payments.steps import money_back, money_in
from functions.payments.steps.app import tasks
from functions.payments.stripe_api import in_time

__all__ = ["handler", "money_back", "money_in", "tasks"]

handler = in_time(tasks.handler)
