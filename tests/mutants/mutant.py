"""A behavior that is broken on purpose, and how the break is made in a copy of the tree."""

from dataclasses import dataclass
from enum import Enum


class Promise(Enum):
    """What the product promises; each has behaviors that break it."""

    NO_OVERLAP = "No overlap"
    ATOMIC = "Atomic"
    A_MESSAGE_IS_A_ROW = "A message is a row"
    REDIS_IS_DISPOSABLE = "Redis is disposable"
    TIME_IS_RIGHT = "Time is right"
    PRIVATE = "Private"
    INFORMATION_LINK = "The information link"
    REMINDED = "Every visit is reminded"
    TRUE_WORDS = "Our words are true"
    QUICK = "Quick"


@dataclass(frozen=True, slots=True)
class Edit:
    """A small change of the source.

    `find` is a piece of code or of a template, wherever it stands in the product: blanks and line
    breaks in it match any, a comma before a closing bracket may come or go, and `$name` matches
    whatever name stands there. What is between « and » (all of it, where there are none) turns
    into `becomes`, in which `$name` is what was matched and a new line is indented like the old.
    """

    find: str
    becomes: str


@dataclass(frozen=True, slots=True)
class Sql:
    """A change of the database that the migrations made. `named` is what the product calls the
    constraint or trigger that is changed."""

    named: str
    statement: str


@dataclass(frozen=True, slots=True)
class Mutant:
    """`behavior` says what is wrong, as somebody of the clinic would see it. Any of `tests` catches
    it: "TestClass::test_name" or "test_name", in whatever file they stand."""

    behavior: str
    promise: Promise
    how: tuple[Edit | Sql, ...]
    tests: tuple[str, ...]

    @property
    def edits(self) -> list[Edit]:
        return [change for change in self.how if isinstance(change, Edit)]

    @property
    def statements(self) -> list[Sql]:
        return [change for change in self.how if isinstance(change, Sql)]


def without_constraint(name: str) -> Sql:
    """The database forgets a constraint, whatever its table."""
    return Sql(
        name,
        f"""
        DO $$ BEGIN
            EXECUTE (SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname)
                       FROM pg_constraint WHERE conname = '{name}');
        END $$
        """,
    )


def only_where(name: str, condition: str) -> Sql:
    """An exclusion constraint holds for those rows alone that also meet `condition`."""
    return Sql(
        name,
        f"""
        DO $$ DECLARE found record; BEGIN
            SELECT conrelid::regclass AS place, pg_get_constraintdef(oid) AS definition INTO STRICT
                   found FROM pg_constraint WHERE conname = '{name}';
            EXECUTE format('ALTER TABLE %s DROP CONSTRAINT {name}', found.place);
            EXECUTE format($new$ALTER TABLE %s ADD CONSTRAINT {name} %s AND {condition})$new$,
                           found.place, left(found.definition, -1));
        END $$
        """,
    )


def without_trigger(table: str, name: str) -> Sql:
    """The database forgets a trigger that django-pgtrigger calls `name`."""
    return Sql(
        name,
        f"""
        DO $$ BEGIN
            EXECUTE (SELECT format('DROP TRIGGER %I ON {table}', tgname) FROM pg_trigger
                      WHERE tgrelid = '{table}'::regclass AND tgname LIKE 'pgtrigger_{name}%');
        END $$
        """,
    )
