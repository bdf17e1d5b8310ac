"""What reading, assessing and writing cost, before and after."""
