"""What endpoints mean, declared as objects in the words of a clinician."""
