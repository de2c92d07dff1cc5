//! The README against the program: the table of keys is the one table, every command and every
//! file it names exists.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use std::path::Path;

use clap::CommandFactory;
use ramptop::cli::args::Cli;
use ramptop::tui::keymap::help_lines;

const README: &str = include_str!("../README.md");
const BEGIN: &str = "<!-- keys: begin -->\n";
const END: &str = "<!-- keys: end -->";

/// The table as it should stand between the markers.
fn table() -> String {
    let mut out = "\n| Key | What it does |\n| --- | --- |\n".to_owned();
    for (keys, help) in help_lines() {
        let keys: Vec<String> = keys.split(' ').map(|key| format!("`{key}`")).collect();
        out.push_str(&format!("| {} | {help} |\n", keys.join(" ")));
    }
    out.push('\n');
    out
}

fn between<'a>(begin: &str, end: &str) -> Option<&'a str> {
    README.split_once(begin)?.1.split_once(end).map(|(inside, _)| inside)
}

#[test]
fn the_table_of_keys_is_the_programs() {
    let found = between(BEGIN, END).expect("README.md has the markers of the table of keys");
    assert!(found == table(), "between the markers of README.md there should stand:\n{}", table());
}

/// Every line of a `sh` block.
fn shell_lines() -> Vec<&'static str> {
    let mut out = Vec::new();
    for block in README.split("```sh\n").skip(1) {
        out.extend(block.split("```").next().unwrap().lines());
    }
    out
}

/// Everything `ramptop ...` in shell blocks and in the first column of the table of commands.
fn commands() -> Vec<Vec<String>> {
    let cells = README.lines().filter_map(|line| line.strip_prefix("| `ramptop")?.split_once('`'));
    let mut lines: Vec<String> = cells.map(|(rest, _)| format!("ramptop{rest}")).collect();
    for line in shell_lines() {
        let line = line.split(" #").next().unwrap();
        let at = line.split(&['|', '<'][..]).find_map(|part| part.find("ramptop ").map(|at| &part[at..]));
        lines.extend(at.filter(|_| !line.trim_start().starts_with(['#', '{'])).map(str::to_owned));
    }
    let plain = |word: &&str| !word.starts_with(['[', '(', '>']) && !word.ends_with(']');
    lines.iter().map(|line| line.split_whitespace().filter(plain).map(str::to_owned).collect()).collect()
}

/// A command as it might be typed, with made-up values where the README has names in capitals.
fn typed(words: &[String]) -> Vec<String> {
    let value = |word: &str| match word {
        "UUID" => "4247bd96-3acc-4f3e-9d25-0d5a2f1c7b10".to_owned(),
        "URL" => "https://api.example.com".to_owned(),
        "SHELL" => "bash".to_owned(),
        "N" | "S" | "X" => "8".to_owned(),
        "METHOD" => "GET".to_owned(),
        "PATH" => "/health".to_owned(),
        other => other.to_owned(),
    };
    words.iter().map(|word| value(word)).collect()
}

#[test]
fn every_command_of_it_exists() {
    let commands = commands();
    assert!(commands.len() > 25, "{commands:?}");
    for words in &commands {
        for words in variants(words) {
            Cli::command().try_get_matches_from(typed(&words)).unwrap_or_else(|e| panic!("{words:?}: {e}"));
        }
    }
}

/// `a list|verify` is `a list` and `a verify`.
fn variants(words: &[String]) -> Vec<Vec<String>> {
    let mut out = vec![Vec::new()];
    for word in words {
        let choices: Vec<&str> = word.split("\\|").flat_map(|w| w.split('|')).collect();
        out = out
            .iter()
            .flat_map(|head| choices.iter().map(|c| [head.clone(), vec![(*c).to_owned()]].concat()))
            .collect();
    }
    out
}

/// The other way round: nothing of the command line is missing.
#[test]
fn every_command_is_in_it() {
    let documented: Vec<Vec<String>> = commands().iter().flat_map(|words| variants(words)).collect();
    let has = |path: &[&str]| documented.iter().any(|words| path.iter().all(|p| words.iter().any(|w| w == p)));
    for command in Cli::command().get_subcommands() {
        assert!(has(&[command.get_name()]), "README.md does not mention {}", command.get_name());
        for inner in command.get_subcommands() {
            let path = [command.get_name(), inner.get_name()];
            assert!(has(&path), "README.md does not mention {path:?}");
        }
    }
}

#[test]
fn every_file_of_it_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let links: Vec<&str> = README.split("](").skip(1).filter_map(|rest| rest.split(')').next()).collect();
    assert!(links.contains(&"assets/dashboard.svg"));
    for link in links.iter().filter(|link| !link.starts_with("http") && !link.starts_with('#')) {
        assert!(root.join(link).exists(), "{link}");
    }
}
