"""The body of each task of the day; the file is named like the task."""
