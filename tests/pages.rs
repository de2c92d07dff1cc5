//! What an operator sees on the pages: whole screens, drawn at a fixed moment.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

#[path = "pages/people.rs"]
mod people;
