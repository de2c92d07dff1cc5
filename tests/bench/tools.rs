//! The programs that are measured, where the environment says they are.

use std::path::PathBuf;
use std::process::Command;

/// The release binary, not the one of the bench profile, where the caller built it.
pub fn ramptop() -> PathBuf {
    std::env::var_os("RAMPTOP_BENCH_BINARY").map_or_else(|| env!("CARGO_BIN_EXE_ramptop").into(), Into::into)
}

/// What the others are called and which variable names them.
pub struct Tools {
    pub csvlens: PathBuf,
    pub bottom: PathBuf,
    pub fzf: PathBuf,
    pub visidata: PathBuf,
    pub python: PathBuf,
    /// What each said its version was.
    pub versions: Vec<String>,
}

impl Tools {
    /// Finds them all, or says which are missing.
    ///
    /// # Errors
    /// The missing ones, and how to get them.
    pub fn find() -> Result<Self, String> {
        let mut missing = Vec::new();
        let mut versions = Vec::new();
        let mut find = |variable: &str, name: &str, asks: &[&str]| {
            let path: PathBuf = std::env::var_os(variable).unwrap_or_else(|| name.into()).into();
            match Command::new(&path).args(asks).output() {
                Ok(output) if output.status.success() => {
                    let said = String::from_utf8_lossy(&output.stdout).lines().next().unwrap_or_default().to_owned();
                    versions.push(said);
                }
                _ => missing.push(format!("{name} ({variable}={})", path.display())),
            }
            path
        };
        let packages = "import eth_account, importlib.metadata as m, platform, requests, web3; print('Python', \
            platform.python_version(), *(f'{n} {m.version(n)}' for n in ('requests', 'eth-account', 'web3')))";
        let tools = Self {
            csvlens: find("RAMPTOP_BENCH_CSVLENS", "csvlens", &["--version"]),
            bottom: find("RAMPTOP_BENCH_BOTTOM", "btm", &["--version"]),
            fzf: find("RAMPTOP_BENCH_FZF", "fzf", &["--version"]),
            visidata: find("RAMPTOP_BENCH_VISIDATA", "vd", &["--version"]),
            python: find("RAMPTOP_BENCH_PYTHON", "python3", &["-c", packages]),
            versions: Vec::new(),
        };
        if missing.is_empty() {
            Ok(Self { versions, ..tools })
        } else {
            Err(format!("missing, or not working: {}. `.ci/bench` installs them.", missing.join(", ")))
        }
    }
}
