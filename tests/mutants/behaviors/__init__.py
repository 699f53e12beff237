"""The broken behaviors, a file for each subject."""

from tests.mutants.behaviors.atomic import ATOMIC
from tests.mutants.behaviors.checks import CHECKS
from tests.mutants.behaviors.codes import CODES
from tests.mutants.behaviors.cost import COST
from tests.mutants.behaviors.discretion import DISCRETION
from tests.mutants.behaviors.doubt import DOUBT
from tests.mutants.behaviors.holds import HOLDS
from tests.mutants.behaviors.hours import HOURS
from tests.mutants.behaviors.information import INFORMATION
from tests.mutants.behaviors.links import LINKS
from tests.mutants.behaviors.mail import MAIL, WATCHING
from tests.mutants.behaviors.no_overlap import NO_OVERLAP
from tests.mutants.behaviors.one_text import ONE_TEXT
from tests.mutants.behaviors.outages import OUTAGES
from tests.mutants.behaviors.reminders import REMINDERS
from tests.mutants.behaviors.replies import REPLIES
from tests.mutants.behaviors.rules import RULES
from tests.mutants.behaviors.sending import SENDING
from tests.mutants.behaviors.staff import STAFF
from tests.mutants.behaviors.true_words import TRUE_WORDS
from tests.mutants.mutant import Mutant

MUTANTS: tuple[Mutant, ...] = (
    *NO_OVERLAP,
    *HOLDS,
    *ATOMIC,
    *CHECKS,
    *SENDING,
    *DOUBT,
    *OUTAGES,
    *REPLIES,
    *HOURS,
    *RULES,
    *LINKS,
    *CODES,
    *DISCRETION,
    *STAFF,
    *INFORMATION,
    *REMINDERS,
    *ONE_TEXT,
    *TRUE_WORDS,
    *COST,
    *MAIL,
    *WATCHING,
)
