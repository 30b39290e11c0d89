"""The seeded demo world, the SES stand-in and the launcher; imported by make targets and tests alone."""
