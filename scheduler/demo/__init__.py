"""A made-up clinic that looks lived in: six months behind today and eight weeks ahead.

It is lived through in memory, minute by minute, from a seed and the hour of loading, and written in
bulk: the core rightly refuses the past. What it writes is what the product itself would have
written, by the product's own pure rules, audit rows included; `manage.py check_data` reads it like
any clinic's. Each row that hangs on no other is noted (`DemoRow`), so that all of it can be taken
away again and nothing else. May use every room below; nothing but commands uses it.
"""
