//! ramptop: the operator's terminal for crypto off-ramp and on-ramp orders on the Unigox partner API.

pub mod domain;
pub mod sandbox;
