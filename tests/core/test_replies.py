import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.core.replies import Reply, classify

MEANT = {
    Reply.CONFIRM: [
        *["1", " 1 ", "1.", "1!", "#1", "(1)", "'1'", "“1”", "1\n", "1️⃣", "１", "1 👍", "1, please"],
        *["Confirm", "CONFIRMO", "confirmed!", "1 confirm", "Yes 1", "1 1", "uno", "1 gracias"],
    ],
    Reply.CHANGE: [
        *["2", "2.", "#2", "2️⃣", "2 please", "Reschedule", "cambiar", "Change.", "2, por favor"],
    ],
    Reply.STOP: [
        *["STOP", "stop", "Stop.", " STOP!!! ", "stop 🛑", "StopAll", "STOP ALL", "unsubscribe"],
        *["END", "Quit", "revoke", "OPTOUT", "opt-out", "Opt out", "please stop", "STOP please"],
        *["PARAR", "Alto", "ALTO!", "baja", "NO MAS", "No más", "¡No más!", "nomás", "STOP STOP"],
        *["Stop, por favor", "darme de baja", "ＳＴＯＰ", "stop\u200b"],
    ],
    Reply.STOP_CANCEL: ["CANCEL", "cancel.", "Cancelar", "¡Cancelar!", "cancel please"],
    Reply.START: ["START", "start!", "UNSTOP", "comenzar", "EMPEZAR"],
    Reply.YES: ["YES", "yes", "Y", "y.", "Si", "sí", "SÍ", "¡Sí!", "yes please", "Sí, gracias"],
    Reply.HELP: ["HELP", "help?", "info", "AYUDA", "Información"],
    Reply.MAYBE_STOP: [
        *["stop texting me please", "dont text me", "Don’t text me", "remove me", "leave me alone"],
        *["Please take me off your list", "STOP MESSAGING ME!!!", "stop it", "I said stop"],
        *["Stop sending me these messages", "no more texts", "unsubscribe me from this"],
        *["I want to opt out of texts", "I do not want to receive any more messages"],
        *["Do not contact me again", "never call me", "wrong number", "You have the wrong number"],
        *["I'm not interested", "how do I stop these texts", "please delete my number"],
        *["quit texting", "cancel these texts", "stop 2", "stop cancel", "please no more"],
        *["I dont want your reminders", "no longer want texts", "opt me out", "lose my number"],
        *["ya no me escriban", "No me manden mensajes", "no me envíe más textos", "basta"],
        *["no me llamen", "dejen de escribirme", "paren de mandar mensajes", "ya no más"],
        *["No quiero recibir más mensajes", "bórrenme", "quíteme de la lista", "sáqueme"],
        *["déjenme en paz", "número equivocado", "quiero darme de baja", "no me interesa"],
    ],
    Reply.OTHER: [
        *["", "   ", "👍", "?", "ok", "thanks", "gracias", "no", "12", "1 2", "1 or 2?", "10", "3"],
        *["I can't stop the pain", "the pain won't stop", "My pain does not stop at night"],
        *["Should I stop taking aspirin before my visit?", "can I stop by at 3", "When do I stop?"],
        *[
            "Please don't stop texting me",
            "I did not get your message",
            "I need to cancel my visit",
        ],
        *["Yes, but can I come at 3 instead", "running late, stuck in traffic", "end of day works"],
        *[
            "remove my stitches?",
            "can you take me at 3?",
            "no me llegó el mensaje",
            "nobody called",
        ],
        *["No me llamaron", "I do not want surgery, please call me", "help me I am in pain"],
        *["tengo dolor muy alto", "Start of next week?", "What number is this", "no more pain!"],
    ],
}
TABLE = [(body, reply) for reply, bodies in MEANT.items() for body in bodies]


class TestClassify:
    @pytest.mark.parametrize(("body", "expected"), TABLE, ids=[repr(body) for body, _ in TABLE])
    def test_takes_a_text_for_what_it_means(self, body: str, expected: Reply) -> None:
        assert classify(body) is expected

    def test_every_meaning_has_its_examples(self) -> None:
        assert set(MEANT) == set(Reply)

    @given(
        st.sampled_from(["stop", "STOPALL", "Unsubscribe", "end", "quit", "alto", "no más"]),
        st.text(alphabet=" \n\t.,;:!¡?¿'\"*-_#()👍🛑\u200b\ufe0f", max_size=6),
        st.text(alphabet=" \n\t.,;:!¡?¿'\"*-_#()👍🛑\u200b\ufe0f", max_size=6),
    )
    def test_no_decoration_hides_the_wish_to_stop(self, word: str, before: str, after: str) -> None:
        assert classify(before + word + after) is Reply.STOP

    @given(st.text(max_size=200))
    def test_has_an_answer_to_anything(self, body: str) -> None:
        assert classify(body) in Reply

    def test_a_text_as_long_as_they_come_takes_no_time(self) -> None:
        assert classify("stop the " * 200) in {Reply.MAYBE_STOP, Reply.OTHER}
