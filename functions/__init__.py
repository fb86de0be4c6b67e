"""What runs on AWS, a folder for each domain.

Starting one makes some hundred thousand objects that stay as long as the process does, and Python's collector looks
through all of them again and again while they are made, finding nothing: an eighth of a cold start. So it looks seldom:
not before the largest one has started (it makes 140,000), and then once for as many more.
"""

import gc

gc.set_threshold(200_000, 20, 20)
