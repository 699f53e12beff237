"""What may or may not have left, settled by the carrier's own record of texts.

It was taken, or it surely was not and is due again, or staff are told why nobody can say.
"""
