"""What a test leaves to be answered is answered before its rows go."""

from threading import Event, Thread

from django.core.signals import request_finished, request_started

from tests.emptying import wait_for_answers


class TestTheRowsOfATest:
    def test_go_only_when_what_a_closed_page_asked_is_answered(self) -> None:
        begun, go_on, answered = Event(), Event(), Event()

        def answer() -> None:
            request_started.send(sender=None)
            begun.set()
            go_on.wait(5)
            answered.set()
            request_finished.send(sender=None)

        answering = Thread(target=answer)
        answering.start()
        begun.wait(5)
        waiting = Thread(target=wait_for_answers)
        waiting.start()
        waiting.join(0.05)
        assert waiting.is_alive()
        go_on.set()
        waiting.join(5)
        answering.join(5)
        assert answered.is_set()
        assert not waiting.is_alive()
