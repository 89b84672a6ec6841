"""The planner's policy: what to do next, from one request's tools and turns alone."""
