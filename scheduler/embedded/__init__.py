"""PostgreSQL and Redis that come with the product, and the command behind `make run`. No Django.

`services.Services` starts what the environment does not name already. `python -m
scheduler.embedded` runs the whole product on one machine. `commands` holds a server's commands.
"""
