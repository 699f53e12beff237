"""Whether messages leave as they should: what waits, what became of the last ones, what is wrong.

All of it costs what is due or what was settled in the time asked for, never what ever was sent. An
alarm is a row, a staff task and one mail; it ends by itself once what raised it is over.
"""
