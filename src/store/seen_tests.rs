//! Orders as last seen, and forgetting whose they are.
