"""What every page shares: the base form and its fields, error pages, headers, and the words and filters of templates."""
