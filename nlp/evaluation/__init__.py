"""What an evaluation measures beyond the axes, and the page that shows it."""
