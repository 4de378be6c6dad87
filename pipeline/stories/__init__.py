"""Which articles tell of one happening, and what they tell together: pure functions over signatures."""
