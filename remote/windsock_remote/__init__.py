"""The part of Windsock that runs on hosts.

Everything here but the training and generation code uses the standard library only and runs on
Python 3.9 or newer.
"""

import sys

VERSION = "0.1.0"
CONTRACT_VERSION = "1.0"
"""Version of the files in a run folder; a newer major version is opened read-only."""

# The package folder is addressed by its content hash: nothing may be written into it.
sys.dont_write_bytecode = True
