"""Publications: addresses, stored copies, screenshots and views over time."""
