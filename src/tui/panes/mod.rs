//! The panes, one file each. Every one is `draw(look, paper, area)`.

pub mod detail;
pub mod footer;
pub mod header;
mod idle;
pub mod orders;
pub mod payments;
mod timeline;
pub mod users;
