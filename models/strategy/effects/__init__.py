"""What an action adds to the chance of payment: elicited, then learnt from the creditor's logs."""
