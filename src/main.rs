//! The `ramptop` binary: everything is in the library.

fn main() {}
