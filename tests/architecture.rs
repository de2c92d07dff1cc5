//! Which module may know which: the table of `src/lib.rs`, held against the sources.
//!
//! Reads every `crate::` path of every file, tests inside `src/` included, and the paths that climb
//! to the root with `super::`. Also: no file becomes too long, and the pure modules stay pure.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

#[path = "support/sources.rs"]
mod sources;

use sources::Source;

/// A module, what it may use, and what its tests may use besides. `a::b` allows that part of `a` only.
const MAY_USE: &[(&str, &[&str], &[&str])] = &[
    ("domain", &[], &[]),
    ("api", &["domain"], &[]),
    ("chain", &["api::ApiUrl", "api::BadApiUrl", "api::ClockFn", "domain"], &[]),
    ("signing", &["domain"], &[]),
    ("journal", &["domain"], &[]),
    ("store", &["domain"], &[]),
    ("sync", &["api", "store", "domain"], &[]),
    ("app", &["domain", "signing::review"], &["signing::calldata"]),
    ("tui", &["app", "domain", "signing::review"], &[]),
    ("config", &["api::ApiUrl", "chain::RpcUrl", "domain"], &[]),
    ("telemetry", &["config"], &[]),
    (
        "runtime",
        &["api", "app", "chain", "config", "domain", "journal", "signing", "store", "sync", "telemetry", "tui"],
        &[],
    ),
    ("sandbox", &["domain"], &[]),
    (
        "cli",
        &[
            "api",
            "app",
            "chain",
            "config",
            "domain",
            "journal",
            "runtime",
            "sandbox",
            "signing",
            "store",
            "sync",
            "telemetry",
            "tui",
        ],
        &[],
    ),
];

/// Files longer than this are to be taken apart.
const LONGEST_FILE: usize = 500;

/// Code that is plain functions: no clock, no I/O, no randomness, no waiting. Exceptions by prefix.
const PURE: &[(&str, &[&str])] = &[
    ("domain/", &[]),
    ("app/", &[]),
    ("signing/", &["signing/keystore/"]),
    ("tui/", &["tui/terminal.rs"]),
    ("sync/schedule/", &[]),
    ("sync/stats.rs", &[]),
    ("sync/watcher.rs", &[]),
    ("cli/watch/lines.rs", &[]),
    ("sync/backoff.rs", &[]),
];
const IMPURE: &[&str] = &[
    "tokio::",
    "reqwest::",
    "async fn",
    "std::fs",
    "std::net",
    "std::env",
    "Instant::now",
    "SystemTime::now",
    "Utc::now",
    "fastrand::",
    "rand::",
];

/// The source without comments and without what stands in ordinary string literals.
fn code(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let mut quoted = false;
        let mut before = ' ';
        let mut chars = line.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '/' if !quoted && chars.peek() == Some(&'/') => break,
                '"' if before != '\\' && !(before == '\'' && chars.peek() == Some(&'\'')) => quoted = !quoted,
                c if !quoted => out.push(c),
                _ => {}
            }
            before = if c == '\\' && before == '\\' { ' ' } else { c };
        }
        out.push('\n');
    }
    out
}

/// The paths that follow a `crate::`, with groups taken apart: `{a::{b, c}, d}` is `a::b`, `a::c`, `d`.
fn paths(rest: &str) -> Vec<String> {
    let rest = rest.trim_start();
    if let Some(inner) = rest.strip_prefix('{') {
        return group(inner).iter().flat_map(|part| paths(part)).collect();
    }
    let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_' || *c == '*').collect();
    match rest[name.len()..].trim_start().strip_prefix("::") {
        Some(more) => paths(more).into_iter().map(|path| format!("{name}::{path}")).collect(),
        None => vec![name],
    }
}

/// The parts of a group, up to its closing brace.
fn group(inner: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0;
    for c in inner.chars() {
        match c {
            '}' if depth == 0 => break,
            ',' if depth == 0 => parts.push(String::new()),
            c => {
                depth += i32::from(c == '{') - i32::from(c == '}');
                parts.last_mut().unwrap().push(c);
            }
        }
    }
    parts.retain(|part| !part.trim().is_empty());
    parts
}

/// Every path below the crate's root that some code names.
fn used(code: &str) -> Vec<String> {
    code.match_indices("crate::").flat_map(|(at, word)| paths(&code[at + word.len()..])).collect()
}

/// Whether some chain of `super::` is long enough to reach the root from a module this deep.
fn climbs_out(code: &str, depth: usize) -> bool {
    let joined: String = code.split_whitespace().collect::<Vec<_>>().join(" ");
    joined.contains(&"super::".repeat(depth))
}

/// How deep the module of a file lies: `api/mod.rs` is 1, `api/key.rs` is 2.
fn depth(name: &str) -> usize {
    name.split('/').count() - usize::from(name.ends_with("mod.rs"))
}

fn allows(list: &[&str], path: &str) -> bool {
    list.iter().any(|entry| path == *entry || path.strip_prefix(entry).is_some_and(|rest| rest.starts_with("::")))
}

/// What is wrong with one file.
fn wrong(file: &Source) -> Vec<String> {
    let room = file.room();
    if matches!(room, "lib" | "main") {
        return Vec::new();
    }
    let Some((_, program_may, tests_may)) = MAY_USE.iter().find(|(name, ..)| *name == room) else {
        return vec![format!("{}: the module {room} is not in the table", file.name)];
    };
    let (program, tests) = if file.is_test() {
        ("", file.text.as_str())
    } else {
        file.text.split_once("mod tests {").unwrap_or((&file.text, ""))
    };
    let (program, tests) = (code(program), code(tests));
    let mut wrong = Vec::new();
    let mut look = |code: &str, may: &dyn Fn(&str) -> bool, depth: usize| {
        for path in used(code) {
            let own = path == room || path.starts_with(&format!("{room}::"));
            if !own && !may(&path) {
                wrong.push(format!("{}: {room} may not use {path}", file.name));
            }
        }
        if climbs_out(code, depth) {
            wrong.push(format!("{}: reaches the root with super::", file.name));
        }
    };
    let depth = depth(&file.name);
    look(&program, &|path| allows(program_may, path), depth);
    look(&tests, &|path| allows(program_may, path) || allows(tests_may, path), depth + usize::from(!file.is_test()));
    wrong
}

fn impurities(file: &Source) -> Vec<String> {
    let pure = PURE
        .iter()
        .any(|(prefix, but)| file.name.starts_with(prefix) && !but.iter().any(|other| file.name.starts_with(other)));
    if !pure || file.is_test() {
        return Vec::new();
    }
    let code = code(file.program());
    IMPURE
        .iter()
        .filter(|word| code.contains(*word))
        .map(|word| format!("{}: {word} in a pure module", file.name))
        .collect()
}

#[test]
fn every_arrow_points_the_right_way() {
    let wrong: Vec<String> = sources::all().iter().flat_map(wrong).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn pure_modules_have_no_clock_no_io_no_randomness() {
    let wrong: Vec<String> = sources::all().iter().flat_map(impurities).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Requests on one key are counted where they leave; a second way out would not be.
#[test]
fn requests_to_the_api_leave_in_one_place() {
    let leaves = |file: &Source| {
        let code: String = code(file.program()).split_whitespace().collect();
        let sends = code.contains(".send().await") || code.contains(".execute(");
        (file.room() == "api" && sends).then(|| file.name.clone())
    };
    let places: Vec<String> = sources::all().iter().filter_map(leaves).collect();
    assert_eq!(places, ["api/outbox.rs"]);
}

#[test]
fn no_file_is_too_long() {
    let long = |file: &Source| (file.text.lines().count() > LONGEST_FILE).then(|| file.name.clone());
    let long: Vec<String> = sources::all().iter().filter_map(long).collect();
    assert!(long.is_empty(), "more than {LONGEST_FILE} lines: {long:?}");
}

#[test]
fn every_module_is_in_the_table_and_in_the_documentation() {
    let lib = include_str!("../src/lib.rs");
    let declared: Vec<&str> = lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    let mut table: Vec<&str> = MAY_USE.iter().map(|(name, ..)| *name).collect();
    table.sort_unstable();
    assert_eq!(declared, table);
    for name in declared {
        assert!(lib.contains(&format!("[`{name}`]")), "{name} is missing in the table of src/lib.rs");
    }
}

/// The checker itself: made-up files that must be found wrong, and some that must not.
#[test]
fn the_check_finds_what_is_wrong() {
    let file = |name: &str, text: &str| Source { name: name.to_owned(), text: text.to_owned() };
    let bad = [
        ("domain/order.rs", "use crate::api::Client;"),
        ("api/client.rs", "fn f() { crate::app::update(); }"),
        ("tui/view.rs", "use crate::{app::Model, runtime::Parts};"),
        ("tui/view.rs", "use crate::signing::keystore::Keystore;"),
        ("app/flow/mod.rs", "use crate::signing::{review::Review,\n    keystore::Keystore};"),
        ("app/flow/mod.rs", "use crate::signing::calldata::Transfer;"),
        ("runtime/effects.rs", "use crate::sandbox::Sandbox;"),
        ("config/file.rs", "use crate::api::{ApiUrl, Client};"),
        ("journal/chain/tests.rs", "use crate::store::Store;"),
        ("store/mod.rs", "#[cfg(test)]\nmod tests {\n use crate::api::Client;\n}"),
        ("api/key.rs", "use super::super::app::Model;"),
        ("api/mod.rs", "use super::app::Model;"),
        ("store/mod.rs", "mod tests {\n use super::super::app::Model;\n}"),
        ("newcomer/mod.rs", ""),
    ];
    for (name, text) in bad {
        assert_eq!(wrong(&file(name, text)).len(), 1, "{name}: {text}");
    }
    let good = [
        ("api/client.rs", "use crate::domain::{Order, OrderId}; // not crate::app\nuse super::key::ApiKey;"),
        ("app/flow/tests.rs", "use crate::signing::calldata::Transfer;"),
        ("app/model.rs", "mod tests {\n use super::*;\n use crate::signing::{calldata::Transfer, review};\n}"),
        ("config/settings.rs", "use crate::api::ApiUrl;"),
        ("tui/view.rs", "const WORDS: &str = \"crate::api is not for us\";"),
        ("main.rs", "fn main() { ramptop::cli::main(); }"),
    ];
    for (name, text) in good {
        assert_eq!(wrong(&file(name, text)), Vec::<String>::new(), "{name}: {text}");
    }
    assert_eq!(impurities(&file("app/model.rs", "let now = Utc::now();")).len(), 1);
    assert_eq!(impurities(&file("signing/keystore/key.rs", "tokio::spawn(x)")).len(), 0);
}
