"""Plans as workbooks: the template, a plan written into it, and reading it."""
