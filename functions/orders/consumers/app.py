"""The domain's one consumer: what is heard, by subject, is in the files beside this one."""

from kernel.consume import Consumer

consumer = Consumer()
