//! The real binary as a process: an isolated home, the stand-alone simulated API, and a watch over
//! everything that is printed or written for secrets that do not belong there.
#![allow(dead_code)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

/// The binary under test.
pub const BIN: &str = env!("CARGO_BIN_EXE_ramptop");
/// A key that is worth nothing anywhere.
pub const PRIVATE_KEY: &str = "4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318";
/// Its address.
pub const ADDRESS: &str = "0x2c7536E3605D9C16a7a3D7b1898e529396a65c23";
/// The key of the simulated API.
pub const API_KEY: &str = "sk_test_d7c1f0b2a9e84f5e";
/// The passphrase of the keystore files.
pub const PASSPHRASE: &str = "seven green lamps over the harbour";

/// Whatever takes longer has hung. Not a measure of speed.
pub const DEADLINE: Duration = Duration::from_secs(60);

/// A home of its own: nothing of the machine's is read or written.
pub struct Home {
    dir: TempDir,
    secrets: TempDir,
    api_url: Option<String>,
}

/// What a run said, and how it ended.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// Standard output as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {self:?}"))
    }

    /// The run, if it ended with this code.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout: {}\nstderr: {}", self.out, self.err);
        self
    }
}

impl Home {
    /// An empty home that knows no API.
    pub fn new() -> Self {
        let home = Self { dir: tempfile::tempdir().unwrap(), secrets: tempfile::tempdir().unwrap(), api_url: None };
        std::fs::write(home.passphrase_file(), format!("{PASSPHRASE}\n")).unwrap();
        std::fs::create_dir(home.dir.path().join("tmp")).unwrap();
        home
    }

    /// A home on an API, with the signing key imported.
    pub fn on(api_url: &str) -> Self {
        let mut home = Self::new();
        home.look_at(api_url);
        home.run_with(&["key", "import"], PRIVATE_KEY).exits(0);
        home
    }

    /// The same home, looking at another address from now on.
    pub fn look_at(&mut self, api_url: &str) {
        self.api_url = Some(api_url.to_owned());
    }

    pub fn data_dir(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    pub fn config_file(&self) -> PathBuf {
        self.dir.path().join("config/ramptop/config.toml")
    }

    pub fn journal(&self) -> PathBuf {
        self.data_dir().join("profiles/default/journal.jsonl")
    }

    fn passphrase_file(&self) -> PathBuf {
        self.secrets.path().join("passphrase")
    }

    /// The whole environment of a run.
    pub fn environment(&self) -> Vec<(String, String)> {
        let place = |name: &str| self.dir.path().join(name).display().to_string();
        let mut all = vec![
            ("PATH", std::env::var("PATH").unwrap_or_default()),
            ("HOME", place("home")),
            ("XDG_CONFIG_HOME", place("config")),
            ("XDG_DATA_HOME", place("share")),
            ("XDG_STATE_HOME", place("state")),
            ("XDG_CACHE_HOME", place("cache")),
            ("TMPDIR", place("tmp")),
            ("USER", "operator".to_owned()),
            ("TERM", "xterm-256color".to_owned()),
            ("RAMPTOP_DATA_DIR", place("data")),
            ("RAMPTOP_KEYSTORE", "file".to_owned()),
            ("RAMPTOP_KEYSTORE_PASSPHRASE_FILE", self.passphrase_file().display().to_string()),
        ];
        if let Some(url) = &self.api_url {
            all.push(("RAMPTOP_API_URL", url.clone()));
            all.push(("RAMPTOP_API_KEY", API_KEY.to_owned()));
        }
        all.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// The binary with these arguments, in this home.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(BIN);
        command.args(args).env_clear().envs(self.environment()).current_dir(self.dir.path());
        command
    }

    /// Runs to the end with nothing on standard input.
    pub fn run(&self, args: &[&str]) -> Ran {
        self.run_with(args, "")
    }

    /// Runs to the end with `input` on standard input.
    pub fn run_with(&self, args: &[&str], input: &str) -> Ran {
        finish(self.command(args), input)
    }

    /// The journal's entries, as `journal export` gives them.
    pub fn entries(&self) -> Vec<Value> {
        let ran = self.run(&["journal", "export"]).exits(0);
        ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Actions and results in the journal, in order, without what was signed and answered between.
    pub fn story(&self) -> Vec<String> {
        let word = |e: &Value| {
            let event = &e["event"];
            event["result"].as_str().or(event["action"].as_str()).unwrap_or("?").to_owned()
        };
        let told = |e: &&Value| e["event"]["kind"] == "intent" || e["event"]["kind"] == "outcome";
        self.entries().iter().filter(told).map(word).collect()
    }
}

impl Drop for Home {
    /// Whatever a test was about: no file of ramptop's holds a secret in the clear.
    fn drop(&mut self) {
        if !thread::panicking() {
            for file in files(self.dir.path()) {
                let bytes = std::fs::read(&file).unwrap();
                assert_no_secret(&String::from_utf8_lossy(&bytes), &file.display().to_string());
            }
        }
    }
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { all.extend(files(&path)) } else { all.push(path) }
    }
    all
}

/// Neither the private key nor the API key nor the passphrase.
#[track_caller]
pub fn assert_no_secret(text: &str, place: &str) {
    let lower = text.to_lowercase();
    for (what, secret) in [("private key", PRIVATE_KEY), ("API key", API_KEY), ("passphrase", PASSPHRASE)] {
        assert!(!lower.contains(&secret.to_lowercase()), "the {what} stands in {place}");
    }
}

/// Runs a command to its end, and looks at all it said.
pub fn finish(mut command: Command, input: &str) -> Ran {
    let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    ended(child, input)
}

/// Waits for a child whose output is piped.
pub fn ended(mut child: Child, input: &str) -> Ran {
    let pid = child.id();
    if let Some(mut stdin) = child.stdin.take() {
        // A command that does not read may be gone already.
        let _ = stdin.write_all(input.as_bytes());
    }
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || sender.send(child.wait_with_output()));
    let output = receiver.recv_timeout(DEADLINE).unwrap_or_else(|_| {
        signal(pid, "KILL");
        panic!("the command did not end")
    });
    let output = output.unwrap();
    let ran = Ran {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    };
    assert_no_secret(&ran.out, "standard output");
    assert_no_secret(&ran.err, "standard error");
    ran
}

/// Sends a signal by name.
pub fn signal(pid: u32, name: &str) {
    let _ = Command::new("sh").arg("-c").arg(format!("kill -{name} {pid}")).stderr(Stdio::null()).status();
}

/// The stand-alone simulated API, gone with the value.
pub struct Api {
    child: Child,
    pub url: String,
    pub webhook_secret: String,
}

impl Api {
    /// On a free port, with [`PRIVATE_KEY`]'s wallet.
    pub fn start(args: &[&str]) -> Self {
        Self::start_on(0, args)
    }

    /// On this port.
    pub fn start_on(port: u16, args: &[&str]) -> Self {
        let mut command = Command::new(BIN);
        command.args(["sandbox", "--private-key-stdin", "--api-key", API_KEY, "--port", &port.to_string()]).args(args);
        command.env_clear().stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(PRIVATE_KEY.as_bytes()).unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let ready: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(ready["sender_address"], ADDRESS);
        assert_eq!(ready["api_key"], API_KEY);
        let text = |name: &str| ready[name].as_str().unwrap().to_owned();
        Self { child, url: text("api_url"), webhook_secret: text("webhook_secret") }
    }

    pub fn port(&self) -> u16 {
        self.url.rsplit(':').next().unwrap().parse().unwrap()
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Kills it at once.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Which money writes arrived and which were done.
    pub fn tally(&self) -> Value {
        get(&self.url, "/sandbox/tally")
    }

    /// Every money write that arrived, refused ones included.
    pub fn attempts(&self) -> u64 {
        let tally = self.tally();
        let all = tally["attempts"].as_object().unwrap().values();
        all.flat_map(|counts| counts.as_object().unwrap().values()).map(|n| n.as_u64().unwrap()).sum()
    }

    /// How often an authorization of any order was accepted.
    pub fn authorizations(&self) -> u64 {
        let tally = self.tally();
        tally["authorizations_accepted"].as_object().unwrap().values().map(|n| n.as_u64().unwrap()).sum()
    }

    /// `data` of a read, asked for by a client that shares nothing with ours.
    pub fn data(&self, path: &str) -> Value {
        get(&self.url, &format!("/api/v1/partner{path}"))["data"].clone()
    }

    /// Every order there is (at most a hundred).
    pub fn orders(&self) -> Vec<Value> {
        self.data("/orders?limit=100")["orders"].as_array().unwrap().clone()
    }

    /// The ids of the orders that offer `action` and ask for something.
    pub fn offering(&self, action: &str) -> Vec<String> {
        let offers = |o: &&Value| {
            o["allowed_actions"].as_array().unwrap().iter().any(|a| a == action) && o["next_action"].is_string()
        };
        self.orders().iter().filter(offers).map(|o| o["order_id"].as_str().unwrap().to_owned()).collect()
    }

    /// The status of an order.
    pub fn status(&self, id: &str) -> String {
        self.data(&format!("/orders/{id}"))["status"].as_str().unwrap().to_owned()
    }
}

impl Drop for Api {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A bare GET.
pub fn get(url: &str, path: &str) -> Value {
    let host = url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {host}\r\nx-api-key: {API_KEY}\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    serde_json::from_str(body).unwrap_or_else(|e| panic!("{e}: {answer}"))
}
