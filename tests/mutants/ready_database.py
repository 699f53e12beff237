"""Loaded into each run (`-p tests.mutants.ready_database`): its database is there, migrated.

Looking whether a migration is missing takes longer than most tests that catch a behavior.
"""

from typing import Any

from django.conf import settings
from django.db.backends.base.creation import BaseDatabaseCreation


def use_as_it_is(creation: BaseDatabaseCreation, *_args: Any, **_options: Any) -> str:
    """Takes the place of `create_test_db`, which migrates."""
    connection = creation.connection
    connection.close()
    name = creation._get_test_db_name()
    settings.DATABASES[connection.alias]["NAME"] = connection.settings_dict["NAME"] = name
    return name


BaseDatabaseCreation.create_test_db = use_as_it_is  # type: ignore[assignment,method-assign]
