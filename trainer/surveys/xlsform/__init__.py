"""Exchange of surveys as XLSForm workbooks."""
