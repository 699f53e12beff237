"""The fake Twilio as a program of its own, for rehearsals beside `make run`."""

import json
import subprocess
import sys

from twilio.rest import Client

from tests.transports.test_fake_twilio import Redirected


class TestAlone:
    def test_runs_as_a_program_and_prints_its_settings_and_texts(self) -> None:
        command = [sys.executable, "-m", "tests.fakes.twilio", "--port", "0"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
            assert program.stdout is not None
            settings = json.loads(program.stdout.readline())
            redirected = Redirected(settings["TWILIO_API_BASE"])
            account = Client(
                settings["TWILIO_ACCOUNT_SID"],
                settings["TWILIO_AUTH_TOKEN"],
                http_client=redirected,
            )
            account.messages.create(to="+14195550100", from_=settings["TWILIO_FROM"], body="Hi")
            shown = json.loads(program.stdout.readline())
            program.terminate()
        assert (shown["to"], shown["body"]) == ("+14195550100", "Hi")
