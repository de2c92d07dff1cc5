//! How long a signature takes, and what a whole headless `authorize` costs, against the real sandbox.
//! Prints figures and judges none of them: machines differ. Not part of `cargo test`:
//!
//! ```sh
//! cargo test --release --test measure -- --nocapture
//! ```
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

#[path = "support/process.rs"]
mod process;
mod support;

use std::process::Stdio;
use std::time::{Duration, Instant};

use alloy_signer::SignerSync;
use alloy_signer_local::PrivateKeySigner;
use process::{Api, Home};
use ramptop::signing::typed::digest;
use support::Vector;

const RUNS: usize = 20;

fn median(mut all: Vec<Duration>) -> Duration {
    all.sort();
    all[all.len() / 2]
}

#[test]
fn a_signature() {
    let vectors: Vec<Vector> = serde_json::from_str(include_str!("vectors/eip712.json")).unwrap();
    let took = vectors.iter().cycle().take(RUNS * 10).map(|vector| {
        let (key, request) = (vector.key(), vector.request());
        let start = Instant::now();
        let signer = PrivateKeySigner::from_slice(key.as_slice()).unwrap();
        let hash = digest(&request, vector.chain_id(), vector.forwarder);
        let signature = signer.sign_hash_sync(&hash).unwrap();
        let took = start.elapsed();
        assert_eq!(format!("0x{}", hex::encode(signature.as_bytes())), vector.signature);
        took
    });
    println!("digest and signature, key loaded: median {:?}", median(took.collect()));
}

/// The largest resident size the system saw, in KiB, as long as the process lives.
fn peak(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

#[test]
fn a_whole_authorize() {
    let api = Api::start(&["--scenario", "awaiting-authorization", "--orders", "30"]);
    let home = Home::on(&api.url);
    let orders = api.offering("authorize-crypto-transfer");
    let (mut took, mut most) = (Vec::new(), 0);
    for id in orders.iter().take(RUNS) {
        let mut command = home.command(&["authorize", id, "--yes"]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let start = Instant::now();
        let mut child = command.spawn().unwrap();
        let status = loop {
            most = most.max(peak(child.id()).unwrap_or(0));
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
        };
        if status.success() {
            took.push(start.elapsed());
        }
    }
    assert!(took.len() > 1, "only {} of {} went through", took.len(), orders.len());
    let runs = took.len();
    println!("headless authorize, {runs} runs: median {:?} wall, at most {most} KiB resident", median(took));
}
