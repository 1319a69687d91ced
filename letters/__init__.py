"""What we write: messages to debtors, and the portfolio on paper. Sends nothing."""
