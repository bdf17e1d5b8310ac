"""What explains or accompanies a change."""
