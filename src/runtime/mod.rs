//! The shell round the pure core: the loop, and the tasks that carry out its effects.
//!
//! The only place where `app` meets `api`, `signing::keystore`, `journal` and `store`. The loop
//! owns the model; tasks talk to it by one bounded channel; nothing slow is awaited in it.

mod asks;
pub mod clock;
mod convert;
mod crew;
pub mod dashboard;
pub mod effects;
mod figures;
mod hands;
pub mod headless;
pub mod hooks;
mod input;
pub mod keeper;
mod keyboard;
pub mod rules;
pub mod settling;
mod shelf;
pub mod trades;
