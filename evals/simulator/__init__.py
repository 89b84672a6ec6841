"""A world with latent truth, in which loop policies are compared on true quality and dollars."""
