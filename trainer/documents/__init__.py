"""Layout of documents that all packages share: A4 pages with head, foot and tables, workbooks, file names."""
