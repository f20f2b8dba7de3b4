"""What each line, quota and status should be, and why."""
