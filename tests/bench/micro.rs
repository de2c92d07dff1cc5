//! What single steps cost. `cargo bench --bench micro`
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]
fn main() { divan::main(); }
