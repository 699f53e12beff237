"""How far a message is, as staff read it."""

from scheduler.core.message_status import MessageStatus

# How far a message is, in words, with the kind of badge that says so.
_HOW_FAR = {
    MessageStatus.PLANNED: ("waits", ""),
    MessageStatus.CLAIMED: ("waits", ""),
    MessageStatus.ACCEPTED: ("sent", ""),
    MessageStatus.DELIVERED: ("arrived", "is-good"),
    MessageStatus.UNCERTAIN: ("may have gone out", "is-warning"),
    MessageStatus.UNDELIVERED: ("did not arrive", "is-bad"),
    MessageStatus.FAILED: ("did not arrive", "is-bad"),
    MessageStatus.SUPPRESSED: ("may not be sent", "is-bad"),
    MessageStatus.CANCELLED: ("no longer needed", ""),
    MessageStatus.EXPIRED: ("came too late", "is-bad"),
}
