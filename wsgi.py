"""The WSGI application of an installation with settings in the environment: `granian --interface wsgi wsgi:app`."""

from api.serving import app_from_environment

app = app_from_environment()
