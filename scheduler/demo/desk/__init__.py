"""What the staff are busy with: tasks, calls, days that are closed, and looks at patients."""
