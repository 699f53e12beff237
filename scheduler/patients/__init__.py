"""Patients and who answers for them: matching, possible duplicates, merging, import and export.

Matching happens on a verified contact, a folded name and a birth date, and no answer depends on
whether a patient exists. Nobody is deleted. Uses the audit log, the clinic and transactions.
"""
