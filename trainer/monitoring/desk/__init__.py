"""Pages of the plan with its figures."""
