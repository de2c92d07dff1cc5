//! What a process costs, as the kernel counts it.

use std::collections::HashMap;
use std::fs;
use std::time::{Duration, Instant};

use crate::terminal::Terminal;

/// How often the threads are looked at: what a thread used since the last look is lost when it ends.
const LOOK: Duration = Duration::from_millis(500);

/// The share of one processor that the program in the terminal used during `time`, over all its
/// threads, from the scheduler's own count in nanoseconds.
pub fn share_of_processor(terminal: &mut Terminal, time: Duration) -> f64 {
    let before = threads(terminal.pid);
    let mut seen = before.clone();
    let start = Instant::now();
    while start.elapsed() < time {
        terminal.watch(LOOK);
        seen.extend(threads(terminal.pid));
    }
    let used: u64 = seen.iter().map(|(id, now)| now - before.get(id).unwrap_or(&0)).sum();
    Duration::from_nanos(used).as_secs_f64() / start.elapsed().as_secs_f64()
}

fn threads(pid: u32) -> HashMap<String, u64> {
    let tasks = fs::read_dir(format!("/proc/{pid}/task")).unwrap().flatten();
    let used = |task: fs::DirEntry| {
        let text = fs::read_to_string(task.path().join("schedstat")).ok()?;
        Some((task.file_name().into_string().ok()?, text.split_whitespace().next()?.parse().ok()?))
    };
    tasks.filter_map(used).collect()
}

/// The largest resident size so far, in bytes; nothing once it has ended.
pub fn peak(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib * 1024)
}
