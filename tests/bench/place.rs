//! Where the programs run: a home of their own, the same orders as a CSV file and in a profile of
//! ramptop, and an API that asks everybody to come back tomorrow, so that nothing moves.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::thread;

use crate::data::{self, Line};
use crate::process::Home;
use crate::terminal::Program;

/// Everything the comparisons work on.
pub struct Place {
    pub home: Home,
    pub csv: PathBuf,
    /// The first eight characters of every order's id.
    pub ids: std::collections::HashSet<String>,
    dir: tempfile::TempDir,
}

impl Place {
    /// Writes the orders down for everybody.
    pub fn new() -> Self {
        let now = chrono::Utc::now();
        let lines = data::lines(data::ALL, now, 1);
        let dir = tempfile::tempdir().unwrap();
        let csv = dir.path().join("orders.csv");
        std::fs::write(&csv, data::csv(&lines)).unwrap();
        let home = Home::on(&busy_api());
        data::keep(&database(&home), &lines, now);
        let ids = lines.iter().map(|Line { id, .. }| id[..8].to_owned()).collect();
        Self { home, csv, ids, dir }
    }

    /// Another program in an empty home.
    pub fn program(&self, path: &Path, args: &[&str]) -> Program {
        let home = self.dir.path().display().to_string();
        let mut environment = vec![("HOME", home.clone()), ("TERM", "xterm-256color".to_owned())];
        environment.push(("PATH", std::env::var("PATH").unwrap_or_default()));
        environment.push(("LANG", "C.UTF-8".to_owned()));
        environment.extend(["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"].map(|name| (name, home.clone())));
        Program {
            path: path.to_owned(),
            args: args.iter().map(|&arg| arg.to_owned()).collect(),
            environment: environment.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        }
    }

    /// The dashboard on the profile that holds the orders.
    pub fn ramptop(&self) -> Program {
        Program { path: crate::tools::ramptop(), args: Vec::new(), environment: self.home.environment() }
    }

    /// How many rows of the screen show an order.
    pub fn rows_of_data(&self, screen: &vt100::Screen) -> usize {
        let words = |row: &str| {
            let mut words = row.split(|c: char| !c.is_ascii_hexdigit());
            words.any(|word| word.len() == 8 && self.ids.contains(word))
        };
        screen.rows(0, crate::terminal::SIZE.0).filter(|row| words(row)).count()
    }
}

fn database(home: &Home) -> PathBuf {
    home.data_dir().join("profiles/default/ramptop.db")
}

impl Drop for Place {
    /// The home is searched for secrets at its end; hundreds of megabytes of made-up orders need not be.
    fn drop(&mut self) {
        let _ = std::fs::remove_file(database(&self.home));
    }
}

/// Answers everything with 429 and a day to wait.
fn busy_api() -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || listener.incoming().flatten().for_each(|stream| drop(thread::spawn(move || refuse(stream)))));
    url
}

fn refuse(stream: TcpStream) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    while reader.read_line(&mut line).ok()? > 0 {
        if line.trim().is_empty() {
            let body = r#"{"success":false,"error":{"code":"RATE_LIMITED","message":"Too many requests"}}"#;
            let head = "HTTP/1.1 429 Too Many Requests\r\nretry-after: 86400\r\ncontent-type: application/json";
            write!(reader.get_mut(), "{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len()).ok()?;
        }
        line.clear();
    }
    Some(())
}
