"""Fill a new desk: one queue, and as many people as the first argument says."""

import sys

import django
from django.apps import apps

django.setup()
apps.get_model("helpdesk", "Queue").objects.create(id=1, title="Care", slug="care")
people = apps.get_model("auth", "User").objects
for number in range(int(sys.argv[1])):
    people.create_superuser(f"u{number}", f"u{number}@example.org", f"u{number}")
