"""The report of a job: one HTML page that holds everything and asks no server for anything."""
