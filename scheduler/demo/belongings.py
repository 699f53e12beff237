"""What belongs to the demo by now: its own rows, and whatever was hung on them since.

A visit of a made-up patient, a note about one, an answer to a made-up text cannot stand without
them. People who sign in are another matter (`remove`): what they did to real rows stays.
"""

from collections.abc import Iterable, Iterator

from django.apps import apps
from django.contrib.auth.models import User
from django.db import connection
from django.db.models import SET_NULL, ForeignKey, Model

from scheduler.audit.models import AccessEvent
from scheduler.contact_requests.models import ContactRequest
from scheduler.demo.models import DemoRow
from scheduler.messaging.models import BadAddress, Consent, OptOut, ReminderOptOut
from scheduler.patients.models import Contact, Patient
from scheduler.replies.models import InboundText

Belongings = dict[type[Model], set[int]]
_ADDRESSES: dict[type[Model], str] = dict.fromkeys(
    (Consent, OptOut, ReminderOptOut, BadAddress), "address"
)


def belongings() -> Belongings:
    """Table to the ids of its rows that go with the demo; users are those that it brought."""
    found: Belongings = {model: set() for model in tables()}
    by_name = {model._meta.db_table: model for model in found}
    for table, row in DemoRow.objects.values_list("table", "row"):
        found[by_name[table]].add(row)
    _follow(found)
    _add_by_address(found)
    _follow(found)
    seen = AccessEvent.objects.filter(
        patients__contained_by=sorted(found[Patient]), patients__len__gt=0
    )
    found[AccessEvent] |= set(seen.values_list("pk", flat=True))
    found[AccessEvent] |= set(
        AccessEvent.objects.filter(user__in=found[User]).values_list("pk", flat=True)
    )
    return found


def tables() -> list[type[Model]]:
    """The product's own, without histories, and that of who signs in; a proxy is no table."""
    models = apps.get_app_config("scheduler").get_models(include_auto_created=True)
    ours = [m for m in models if not m._meta.proxy and not hasattr(m, "pgh_tracked_model")]
    return [*ours, User]


def links(model: type[Model]) -> "Iterator[ForeignKey[Model, Model]]":
    """Its columns that name another row, without those that name who did it."""
    for field in model._meta.concrete_fields:
        if isinstance(field, ForeignKey) and field.related_model is not User:
            yield field


def _follow(found: Belongings) -> None:
    """Add what names a row that goes, until nothing more does."""
    before = -1
    while (size := sum(map(len, found.values()))) != before:
        before = size
        for model in found:
            for field in links(model):
                named = found.get(field.related_model, set())
                itself = field.related_model is model
                if named and not itself and field.remote_field.on_delete is not SET_NULL:
                    found[model] |= _naming(model, str(field.column), named)


def _naming(model: type[Model], column: str, ids: Iterable[int]) -> set[int]:
    table, pk = model._meta.db_table, model._meta.pk
    if pk is None:
        return set()
    with connection.cursor() as cursor:
        statement = f'SELECT "{pk.column}" FROM "{table}" WHERE "{column}" = ANY(%s)'  # noqa: S608
        cursor.execute(statement, [list(ids)])
        return {row for (row,) in cursor.fetchall()}


def _add_by_address(found: Belongings) -> None:
    """What a number or mail address of the demo's alone has said."""
    theirs: set[str] = set()
    others: set[str] = set()
    reached: tuple[type[Model], ...] = (Patient, Contact, ContactRequest)
    for model in reached:
        for pk, phone, email in model._default_manager.values_list("pk", "phone", "email"):
            (theirs if pk in found[model] else others).update((str(phone), email))
    alone = theirs - others - {""}
    for said_in, field in _ADDRESSES.items():
        said = said_in._default_manager.filter(**{f"{field}__in": alone})
        found[said_in] |= set(said.values_list("pk", flat=True))
    texts = InboundText.objects.filter(from_number__in=alone)
    found[InboundText] |= set(texts.values_list("pk", flat=True))
