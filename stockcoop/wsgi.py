"""What a WSGI server loads: gunicorn.conf.py names it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stockcoop.settings")

application = get_wsgi_application()
