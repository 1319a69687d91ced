"""What a message or a note says: its outcome, the days and amounts it names, its grievance."""
