"""Server-rendered pages: the public ones, booking, a visit, contact requests, and staff's.

A page parses, makes one call of a room, and presents; staff's have a folder an entry of the menu.
Pages read the clock; below them `now` is handed down.
"""
