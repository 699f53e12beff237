"""Phone numbers as people here write them."""

from django import template
from phonenumber_field.phonenumber import to_python

register = template.Library()


@register.filter
def as_written(number: object) -> str:
    """Such as "(419) 555-0123" for a number in E.164; nothing for none."""
    found = to_python(str(number)) if number else None
    return str(found.as_national) if found else ""
