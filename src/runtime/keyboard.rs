//! The terminal's events, read by a thread of their own.
//!
//! Never on the loop's own thread: when a terminal goes away, the library's reader can find the end
//! of its input and look for more without ever coming back. Here that holds up nobody: the loop
//! hears of the end by the hang-up signal or by the first frame that cannot be drawn.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crossterm::event::{self, Event};
use tokio::sync::mpsc;

/// Events that can wait; a terminal that sends more is read more slowly.
const WAITING: usize = 256;

/// How soon the thread notices that nobody listens any more. Nobody waits for that.
const GLANCE: Duration = Duration::from_secs(10);

/// What comes from the terminal. Reading ends when this is dropped.
pub struct Keyboard {
    events: mpsc::Receiver<Event>,
    over: Arc<AtomicBool>,
}

impl Keyboard {
    /// Starts to read.
    pub fn listen() -> Self {
        let (sender, events) = mpsc::channel(WAITING);
        let over = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&over);
        std::thread::spawn(move || {
            while !told.load(Ordering::Acquire) {
                match event::poll(GLANCE).and_then(|ready| if ready { event::read().map(Some) } else { Ok(None) }) {
                    Ok(None) => {}
                    Ok(Some(event)) => {
                        if sender.blocking_send(event).is_err() {
                            return;
                        }
                    }
                    Err(_) => return,
                }
            }
        });
        Self { events, over }
    }

    /// The next event; none once the terminal is gone.
    pub async fn next(&mut self) -> Option<Event> {
        self.events.recv().await
    }

    /// What is there already. An error means that the terminal is gone.
    pub fn ready(&mut self) -> Result<Option<Event>, Gone> {
        match self.events.try_recv() {
            Ok(event) => Ok(Some(event)),
            Err(mpsc::error::TryRecvError::Empty) => Ok(None),
            Err(mpsc::error::TryRecvError::Disconnected) => Err(Gone),
        }
    }
}

/// There is no terminal any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gone;

impl Drop for Keyboard {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Release);
    }
}
