"""The small markup that editors write."""

import pytest

from scheduler.templatetags.prose import prose


class TestProse:
    @pytest.mark.parametrize(
        ("typed", "shown"),
        [
            ("One.\nStill one.\n\nTwo.", "<p>One. Still one.</p>\n<p>Two.</p>"),
            ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
            ("Do:\n- a\nThen b.", "<p>Do:</p>\n<ul><li>a</li></ul>\n<p>Then b.</p>"),
            ("**Rest.** Sit.", "<p><strong>Rest.</strong> Sit.</p>"),
            ("[Call 911](tel:911)", '<p><a href="tel:911">Call 911</a></p>'),
            ("- [text 988](sms:988)", '<ul><li><a href="sms:988">text 988</a></li></ul>'),
            ("", ""),
            ("\n\n \n", ""),
        ],
    )
    def test_makes_paragraphs_bullets_bold_and_links(self, typed: str, shown: str) -> None:
        assert prose(typed) == shown

    @pytest.mark.parametrize(
        "typed",
        [
            "<script>alert(1)</script>",
            "**<img src=x onerror=alert(1)>**",
            "[x](javascript:alert(1))",
            "[x](http://example.org)",
            '[x](https://example.org/"onclick="alert(1))',
            "[<b>x</b>](tel:911)",
        ],
    )
    def test_lets_nothing_else_through(self, typed: str) -> None:
        shown = prose(typed)
        assert not any(
            tag in shown for tag in ("<script", "<img", "<b>", '"onclick', 'javascript:alert(1)"')
        )
        assert 'href="http:' not in shown
        assert 'href="javascript' not in shown
