"""What a user would do instead: small honest programs, tuned as their manuals advise."""
