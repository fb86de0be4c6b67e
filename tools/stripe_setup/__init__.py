"""Makes a stage known to its Stripe account, and says what is wrong between the two."""
