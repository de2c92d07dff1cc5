//! The memory of the running dashboard: after a signature, while nothing is being signed, the key is
//! not in it. Linux only: it reads `/proc/PID/mem`.
//!
//! ramptop forbids that to everybody but root. So as root the memory is searched; as anybody else
//! the test holds the refusal against a process that allows it, which is the protection itself.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

#[path = "support/process.rs"]
mod process;
#[path = "support/pty.rs"]
mod pty;

use std::fmt::Write;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt;
use std::process::{Command, Stdio};

use process::{Api, Home, PRIVATE_KEY};
use pty::Term;

/// Enough at once, with some of the stretch before so that nothing is missed in between.
const STRETCH: u64 = 1 << 20;
const OVERLAP: u64 = 256;

/// Which of the needles stand somewhere in what the process has of its own: heap, stacks, data.
fn find(pid: u32, needles: &[Vec<u8>]) -> io::Result<Vec<bool>> {
    let memory = File::open(format!("/proc/{pid}/mem"))?;
    let maps = fs::read_to_string(format!("/proc/{pid}/maps"))?;
    let mut found = vec![false; needles.len()];
    for (start, end) in maps.lines().filter_map(own) {
        let mut at = start;
        while at < end {
            let length = (end - at).min(STRETCH + OVERLAP);
            let mut bytes = vec![0; usize::try_from(length).unwrap()];
            // A page may be given back meanwhile.
            let read = memory.read_at(&mut bytes, at).unwrap_or(0);
            for (needle, found) in needles.iter().zip(&mut found) {
                *found |= holds(&bytes[..read], needle);
            }
            at += STRETCH;
        }
    }
    Ok(found)
}

/// A stretch that can be written: what is only read comes from files.
fn own(line: &str) -> Option<(u64, u64)> {
    let mut words = line.split_whitespace();
    let (range, rights) = (words.next()?, words.next()?);
    let (start, end) = range.split_once('-')?;
    let number = |text: &str| u64::from_str_radix(text, 16).ok();
    rights.starts_with("rw").then_some((number(start)?, number(end)?))
}

fn holds(bytes: &[u8], needle: &[u8]) -> bool {
    let mut pattern = String::from("(?-u)");
    for byte in needle {
        write!(pattern, "\\x{byte:02x}").unwrap();
    }
    regex::bytes::Regex::new(&pattern).unwrap().is_match(bytes)
}

/// The key as bytes, as the numbers a processor computes with, and written out.
fn forms_of_the_key() -> Vec<Vec<u8>> {
    let bytes = hex::decode(PRIVATE_KEY).unwrap();
    let halves = |bytes: &[u8]| [bytes[..16].to_vec(), bytes[16..].to_vec()];
    let backwards: Vec<u8> = bytes.iter().rev().copied().collect();
    let mut all = vec![PRIVATE_KEY.as_bytes().to_vec(), PRIVATE_KEY.to_uppercase().into_bytes()];
    all.extend(halves(&bytes));
    all.extend(halves(&backwards));
    all
}

/// A process of ours that hides nothing can be read, so a refusal is ramptop's doing.
fn an_ordinary_process_can_be_read() -> bool {
    let mut sleeper = Command::new("sleep").arg("60").stdin(Stdio::null()).spawn().unwrap();
    let found = find(sleeper.id(), &[b"sleep".to_vec()]);
    sleeper.kill().unwrap();
    sleeper.wait().unwrap();
    found.is_ok_and(|found| found == [true])
}

#[test]
fn the_key_is_not_in_the_memory_of_a_dashboard_that_signed() {
    let api = Api::start(&["--scenario", "awaiting-authorization", "--orders", "3"]);
    let home = Home::on(&api.url);
    let mut term = Term::armed(&home, (120, 40), &[]);
    term.sees("● live");
    term.step_to("authorize transfer");
    term.keys("a");
    term.sees("AUTHORIZE CRYPTO TRANSFER");
    term.sees("[y] YES, do it");
    term.keys("y");
    term.sees("✓ ACCEPTED");
    assert_eq!(api.authorizations(), 1);
    term.keys_until_gone("\u{1b}", "✓ ACCEPTED");
    term.keys("A");
    term.sees("○ disarmed");

    let limits = fs::read_to_string(format!("/proc/{}/limits", term.pid)).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().collect::<Vec<_>>()[4..6], ["0", "0"], "{core}");

    // The search can find: a text the dashboard must hold, and the key in a process that has it.
    let mut needles = vec![api.url.clone().into_bytes()];
    needles.extend(forms_of_the_key());
    let mine = find(std::process::id(), &needles).unwrap();
    assert!(mine.iter().all(|found| *found), "{mine:?}");

    match find(term.pid, &needles) {
        Ok(found) => {
            assert!(found[0], "the search does not even find the API's address");
            assert_eq!(
                found[1..],
                vec![false; needles.len() - 1],
                "hex, HEX, bytes in two halves, limbs in two halves"
            );
        }
        Err(error) => {
            assert_eq!(error.kind(), io::ErrorKind::PermissionDenied, "{error}");
            assert!(an_ordinary_process_can_be_read(), "nothing can be read here, so nothing is shown");
        }
    }
    term.keys("q");
    assert!(term.ended().success());
}
