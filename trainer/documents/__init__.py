"""How documents are made that rooms hand out: pages of A4 with head, foot and tables; workbooks; their files and names."""
