"""Downloads of a survey: the report, completed questionnaires, contacts, and the answers as XLSX and CSV."""
