//! The program's own source files, for the tests that read them.

#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use std::fs;
use std::path::{Path, PathBuf};

/// One file of `src/`.
#[derive(Debug, Clone)]
pub struct Source {
    /// Its path below `src/`, with `/`.
    pub name: String,
    /// All of it.
    pub text: String,
}

impl Source {
    /// The file up to its own tests.
    pub fn program(&self) -> &str {
        self.text.split("mod tests {").next().unwrap_or_default()
    }

    /// Whether it holds nothing but tests.
    pub fn is_test(&self) -> bool {
        self.name.ends_with("tests.rs")
    }

    /// The module of the first level it belongs to.
    pub fn room(&self) -> &str {
        let first = self.name.split('/').next().unwrap_or_default();
        first.strip_suffix(".rs").unwrap_or(first)
    }
}

/// Every file of `src/`, sorted.
pub fn all() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    collect(&root, &mut paths);
    let name = |path: &Path| path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
    let mut files: Vec<Source> =
        paths.iter().map(|path| Source { name: name(path), text: fs::read_to_string(path).unwrap() }).collect();
    files.sort_by(|a, b| a.name.cmp(&b.name));
    assert!(files.len() > 50, "the sources were not found: {}", files.len());
    files
}

fn collect(dir: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}
