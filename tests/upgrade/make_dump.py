"""Makes a dump to upgrade from: `python -m pytest tests/upgrade/make_dump.py`, on the revision that
the upgrade starts from, as the last thing before it changes.

Beside the dump stands what this revision says of it: the rows of each table, the patients' links
and all that a week sends.
"""

import gzip
import json
import re
from pathlib import Path

import pytest
from django.db import connection

from scheduler.booking.models import Appointment
from tests.data_checks.coherent import findings
from tests.emptying import tables_with_rows
from tests.factories import token_of
from tests.template import address, program
from tests.upgrade.every_table import AFTERWARDS, fill
from tests.upgrade.upgraded import DUMP, EXPECTED, count_rows, without_rows

# What only some versions of PostgreSQL or its client know.
_OURS_ALONE = re.compile(r"^(\\.*|SET transaction_timeout.*|--.*)\n", re.MULTILINE)


@pytest.mark.django_db(transaction=True)
def test_make(tmp_path: Path) -> None:
    from tests.upgrade.week import send_a_week

    fill()
    assert without_rows() == set()
    assert findings(now=AFTERWARDS) == []
    database = address(str(connection.settings_dict["NAME"]))
    plain = tmp_path / "dump.sql"
    options = ["--inserts", "--rows-per-insert=50", "--no-owner", "--exclude-schema=seed"]
    program("pg_dump", *options, f"--file={plain}", database)
    DUMP.write_bytes(gzip.compress(_OURS_ALONE.sub("", plain.read_text()).encode(), 9, mtime=0))
    known = {
        "rows": count_rows(tables_with_rows()),
        "links": {
            visit.reference: token_of(visit)
            for visit in Appointment.objects.filter(links__purpose="a")
        },
        "sent": send_a_week(),
    }
    EXPECTED.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n")
