"""The pages of patients, below `/staff/patients/`."""

from django.urls import path

from scheduler.pages.staff.patients import consent_proof, duplicates, export, patient, search

urlpatterns = [
    path("", search.search, name="staff-patients"),
    path("agreed/", consent_proof.proof, name="staff-consent-proof"),
    path("duplicates/", duplicates.duplicates, name="staff-duplicates"),
    path("<int:pk>/", patient.page, name="staff-patient"),
    path("<int:pk>/edit/", patient.edit, name="staff-patient-edit"),
    path("<int:pk>/note/", patient.note, name="staff-patient-note"),
    path("<int:pk>/consent/", patient.consent, name="staff-patient-consent"),
    path("<int:pk>/apart/", duplicates.apart, name="staff-apart"),
    path("<int:pk>/merge/<int:other>/", duplicates.merge, name="staff-merge"),
    path("<int:pk>/export", export.export, name="staff-patient-export"),
]
