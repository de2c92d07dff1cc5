//! The panes, one file each. Every one is `draw(look, frame, area)`.

pub mod detail;
pub mod footer;
pub mod header;
mod idle;
pub mod orders;
pub mod payments;
pub mod users;
