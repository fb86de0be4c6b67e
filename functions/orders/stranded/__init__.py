"""The sweeper of strandings: whatever should have gone on and has not is set going again, or raised for a person."""
