"""The rooms by number: `python -m tests.house.rooms` prints their files and lines."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("scheduler", "api", "tasks")
# What no room is: what Django and gettext keep.
NO_ROOMS = {"locale", "migrations"}


def files() -> Iterator[Path]:
    """The product's Python, below the root of the tree; migrations are written once."""
    for top in PRODUCT:
        for path in sorted((ROOT / top).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path.relative_to(ROOT)


def lines_of(path: Path) -> int:
    return len((ROOT / path).read_text().splitlines())


def folders() -> Counter[Path]:
    """How many modules each folder holds, its `__init__.py` apart."""
    return Counter(path.parent for path in files() if path.name != "__init__.py")


def rooms() -> set[str]:
    """The folders of `scheduler` that hold Python."""
    inside = {path.parts[1] for path in files() if path.parts[0] == "scheduler" and path.parts[2:]}
    return inside - NO_ROOMS


def main() -> None:
    count, lines = Counter[str](), Counter[str]()
    for path in files():
        room = "/".join(path.parts[: 2 if path.parts[2:] else 1])
        count[room] += 1
        lines[room] += lines_of(path)
    for room in sorted(count):
        print(f"{room:30} {count[room]:4} files {lines[room]:6} lines")
    lengths = [lines_of(path) for path in files()]
    largest, modules = folders().most_common(1)[0]
    print(f"largest folder: {largest}, {modules} modules")
    print(f"lines a file: median {median(lengths):.0f}, longest {max(lengths)}")


if __name__ == "__main__":
    main()
