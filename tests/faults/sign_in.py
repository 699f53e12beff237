"""python -m tests.faults.sign_in NUMBER: so many managers who may see the admin too, signed in.

It works on the database that the environment names and prints their sessions as JSON.
"""

import json
import sys

import django

django.setup()

from django.conf import settings  # noqa: E402

from scheduler.accounts.roles import MANAGER  # noqa: E402
from tests import template  # noqa: E402
from tests.staff import make_user, signed_in  # noqa: E402


def main(number: int) -> None:
    settings.PASSWORD_HASHERS = [template.QUICK_HASHER]
    sessions = []
    for one in range(number):
        user = make_user(MANAGER, f"manager-{one}", is_superuser=True)
        sessions.append(signed_in(user).cookies[settings.SESSION_COOKIE_NAME].value)
    print(json.dumps(sessions))


if __name__ == "__main__":
    main(int(sys.argv[1]))
