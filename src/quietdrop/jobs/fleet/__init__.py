"""Many clinics: one process each, on the own cores or on a Dask cluster."""
