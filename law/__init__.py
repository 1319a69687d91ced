"""What French law says about unpaid claims, and since when. Not legal advice."""
