"""The program as a WSGI server and the `flask` command find it."""

import os

from dashboard.app import create_app
from dashboard.settings import Settings

app = create_app(Settings.from_env(os.environ))
