"""Joins the real parts. Django is made ready when this package is first reached, before any table is."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "psabridge.wiring.settings")
django.setup()
