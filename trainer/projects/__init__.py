"""The project and the contract's plan: tasks, activities and indicators as they were promised."""
