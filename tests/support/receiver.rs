//! A webhook's receiver: takes what is posted to it, answers 200 and keeps the bodies.
#![allow(dead_code)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

use crate::process::DEADLINE;

/// Gone with the process.
pub struct Receiver {
    pub url: String,
    got: Arc<(Mutex<Vec<String>>, Condvar)>,
}

impl Receiver {
    /// On a free port.
    pub fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let got = Arc::new((Mutex::new(Vec::new()), Condvar::new()));
        let shared = Arc::clone(&got);
        thread::spawn(move || {
            for stream in listener.incoming() {
                if let Some(body) = stream.ok().and_then(take) {
                    shared.0.lock().unwrap().push(body);
                    shared.1.notify_all();
                }
            }
        });
        Self { url, got }
    }

    /// Waits for a delivery that holds `text`.
    #[track_caller]
    pub fn until_got(&self, text: &str) {
        let wanting = |got: &mut Vec<String>| !got.iter().any(|body| body.contains(text));
        let (got, waited) = self.got.1.wait_timeout_while(self.got.0.lock().unwrap(), DEADLINE, wanting).unwrap();
        assert!(!waited.timed_out(), "no delivery holds {text}: {got:?}");
    }
}

/// Reads one request and answers it.
fn take(stream: TcpStream) -> Option<String> {
    stream.set_read_timeout(Some(DEADLINE)).ok()?;
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let line = line.trim().to_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    reader.get_mut().write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").ok()?;
    String::from_utf8(body).ok()
}
