"""What is run: settings and store in, a recorded run out."""
