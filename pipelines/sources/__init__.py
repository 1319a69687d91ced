"""Files in; canonical rows, refused rows and an account of both out."""
