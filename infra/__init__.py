"""What is deployed: a vocabulary in platform/, a page per domain in domains/. CDK drives a Node process; set it up."""

import os
from pathlib import Path

os.environ["JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION"] = "20"  # it still works, and is what many laptops have
os.environ.setdefault("JSII_RUNTIME_PACKAGE_CACHE_ROOT", str(Path(__file__).resolve().parents[1] / ".local" / "jsii"))
