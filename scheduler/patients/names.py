"""Names compared as people mean them, not as keyboards wrote them."""

import re
import unicodedata


def fold_name(name: str) -> str:
    """Without case, accents, punctuation and doubled spaces: "José  O'Neil" is "jose oneil"."""
    plain = unicodedata.normalize("NFKD", name)
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    plain = re.sub(r"['’.]", "", plain.casefold())
    return re.sub(r"[\W_]+", " ", plain).strip()
