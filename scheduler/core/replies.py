"""What a patient's text means, in English and Spanish.

Single words and digits are taken at their word. Free text is only searched for the wish to get no
more texts: United States rules count any reasonable wording, so what may be one pauses texts and
goes to staff, and everything else is left for a person to read.
"""

import re
import unicodedata
from enum import Enum


class Reply(Enum):
    """The meaning of a text."""

    CONFIRM = "confirm"
    CHANGE = "change"
    STOP = "stop"
    STOP_CANCEL = "stop-cancel"
    """Opts out, as the carrier takes it; the patient may have meant the visit, so staff ask."""
    START = "start"
    YES = "yes"
    """Confirms; or opts in again, where the number had opted out."""
    HELP = "help"
    MAYBE_STOP = "maybe-stop"
    OTHER = "other"


_WHOLE = {
    Reply.CONFIRM: "1|one|uno|confirm|confirmed|confirmo|confirmar|confirmado|confirmada",
    Reply.CHANGE: "2|two|dos|change|reschedule|cambiar|cambio|reprogramar",
    Reply.STOP: "stop|stopall|stop all|unsubscribe|end|quit|revoke|optout|opt out|parar|pare|paren"
    "|alto|baja|darme de baja|dar de baja|no mas|nomas",
    Reply.STOP_CANCEL: "cancel|cancelar",
    Reply.START: "start|unstop|comenzar|empezar|iniciar",
    Reply.YES: "si|yes|y",
    Reply.HELP: "help|info|ayuda|informacion",
}
# A text that is one of these is taken as an opt-out, and answered, by the carrier itself.
_CARRIERS_STOPS = {"stop", "stopall", "unsubscribe", "end", "quit", "revoke", "optout", "cancel"}
_MEANINGS = {phrase: reply for reply, known in _WHOLE.items() for phrase in known.split("|")}

_COURTESY = re.compile(r"\b(please|pls|plz|thanks|thank you|thx|por favor|porfavor|gracias)\b")

_TEXTS = r"(texts?|messages?|msgs?|sms|reminders?|alerts?|notifications?|spam)"
_TO_TEXT = (
    r"(text(ing)?|messag(e|ing)|msg|contact(ing)?|call(ing|s)?|e?mail(ing|s)?|bother(ing)?"
    r"|writ(e|ing)|send(ing)?|spam(ming)?|harass(ing)?)"
)
_FILLERS = (
    r"((to|any|more|all|the|these|those|this|your|my|get|getting|receive|receiving|be|you) )*"
)
_MENSAJES = r"(mensajes?|textos?|sms|recordatorios?|avisos?|correos?|llamadas?)"
_ESCRIBAN = r"(escrib|mand|envi|llam|contact|molest|texte|fastidi)(an|en|a|e|as|es)"
_ESCRIBIR = r"(escribir|mandar|enviar|llamar|contactar|molestar|textear|fastidiar)(me|nos)?"

_MAYBE_STOP = re.compile(
    "|".join(
        (
            r"\b(unsubscribe|stopall|opt ?out|opting out|opt (me|us) out|revoke)\b",
            rf"(?<!dont )(?<!not )\b(stop|quit|cease) {_FILLERS}(\w+ )?({_TEXTS}|{_TO_TEXT})\b",
            rf"\b(cancel|end) {_FILLERS}{_TEXTS}\b",
            rf"\b(dont|do not|never|not to|no longer) (ever )?{_TO_TEXT}\b",
            rf"\b(dont|do not|no longer) (want|need) {_FILLERS}({_TEXTS}|{_TO_TEXT}|contacted)\b",
            rf"\bno more {_FILLERS}({_TEXTS}|calls|e?mails)\b",
            r"\b(remove|delete|erase) (me|us|(my|this|our) (\w+ )?(number|name|phone))\b",
            r"\btake (me|us|(my|this|our) (number|name|phone)) off\b",
            r"\bleave (me|us) alone\b",
            r"\b(wrong (number|person)|not interested|lose (my|this) number)\b",
            rf"\bno (me|nos|le) {_ESCRIBAN}\b",
            rf"\b(dej[ea]n?|par[ea]n?) de {_ESCRIBIR}\b",
            rf"\bno (quiero|deseo|mas) ((mas|recibir|sus|estos|que me|lleguen) )*{_MENSAJES}\b",
            rf"\b(paren?|basta|alto) (con |de |a )?((los|sus|estos) )?{_MENSAJES}\b",
            r"\b(quit|borr|elimin|sa[cq]u?|desuscrib)(en|e|a|ar)(me|nos)\b",
            r"\b(borr|elimin|quit|sa[cq]u?)(en|e|a|ar) (mi|este) numero\b",
            r"\bdej[ea]n?(me|nos) en paz\b",
            r"\b(dar|de|da|den)(me|nos)? de baja\b",
            r"\b(numero|persona) equivocad[oa]\b",
            r"\bno me interesa\b",
        )
    )
)

# A few words with "stop" among them are about texts, unless they are like "the pain won't stop",
# "should I stop aspirin" or "can I stop by".
_SHORT = 4
_STOP = re.compile(r"\b(stop|basta)\b|\bno (mas|more)$")
_STOP_OTHERWISE = re.compile(
    r"\b(not|cant|cannot|wont|dont|doesnt|didnt|never|i|we) stop\b|\bstop (by|in|at)\b"
)


def classify(body: str) -> Reply:
    """The meaning of a text as it came in; never raises, whatever is in it."""
    words = _plain(body)
    core = " ".join(_COURTESY.sub(" ", words).split()) or words
    if core in _MEANINGS:
        return _MEANINGS[core]
    meanings = {_MEANINGS.get(word) for word in core.split()}
    if len(meanings) == 1 and (only := meanings.pop()):
        return only
    if meanings == {Reply.CONFIRM, Reply.YES}:
        return Reply.CONFIRM
    return Reply.MAYBE_STOP if _may_be_stop(core) else Reply.OTHER


def carrier_confirms_stop(body: str) -> bool:
    """Whether Twilio opts the number out by itself, and says so: by its default words alone."""
    return _plain(body) in _CARRIERS_STOPS


def _may_be_stop(words: str) -> bool:
    if _MAYBE_STOP.search(words):
        return True
    short = len(words.split()) <= _SHORT
    return short and bool(_STOP.search(words)) and not _STOP_OTHERWISE.search(words)


def _plain(body: str) -> str:
    """Lower case, without accents, apostrophes and emoji; one blank between words."""
    letters = (
        char
        for char in unicodedata.normalize("NFKD", body.casefold())
        if not unicodedata.category(char).startswith("M") and char not in "'’‘´`"
    )
    return " ".join("".join(char if char.isalnum() else " " for char in letters).split())
