"""Leaves the group of processes that this one was begun in; for the fork server, which imports it.

What stops us may signal all of a group at once. Who began the processes that read ends them, once
it has saved what it wants to; if they died first, what they read would have failed.
"""

import os

os.setpgrp()
