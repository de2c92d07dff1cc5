//! One authorization without a screen, as a whole process, against the same in Python; both on the
//! same simulated API on this machine.

use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::process::{API_KEY, Api, Home, PRIVATE_KEY};
use crate::report::{Figure, Line, median, spread};
use crate::tools::{self, Tools};
use crate::usage::peak;

const RUNS: usize = 15;

/// How often the size of a running process is looked at.
const LOOK: Duration = Duration::from_micros(200);

/// Where ramptop finds its signing key: what `RAMPTOP_BENCH_KEYSTORE` says, or the keyring.
fn keystore() -> String {
    std::env::var("RAMPTOP_BENCH_KEYSTORE").unwrap_or_else(|_| "keyring".to_owned())
}

/// Wall time and peak memory.
pub fn authorize(tools: &Tools) -> (Vec<Line>, String) {
    let api = Api::start(&["--scenario", "awaiting-authorization", "--orders", "100"]);
    let home = Home::on(&api.url);
    let mut environment = home.environment();
    for name in ["DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"] {
        environment.extend(std::env::var(name).ok().map(|value| (name.to_owned(), value)));
    }
    environment.push(("RAMPTOP_KEYSTORE".to_owned(), keystore()));
    let ramptop = |args: &[&str]| {
        let mut command = Command::new(tools::ramptop());
        command.args(args).env_clear().envs(environment.clone());
        command
    };
    if keystore() == "keyring" {
        import(ramptop(&["key", "import"]));
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/bench/authorize.py");
    let python = |order: &str| {
        let mut command = Command::new(&tools.python);
        command.args([script, &api.url, order]).env("RAMPTOP_API_KEY", API_KEY).env("PRIVATE_KEY", PRIVATE_KEY);
        command
    };
    let mut orders = api.offering("authorize-crypto-transfer").into_iter();
    let mut next = || orders.next().expect("the simulated API has orders enough");
    let (mut ours, mut theirs) = ((Vec::new(), Vec::new()), (Vec::new(), Vec::new()));
    for round in 0..=RUNS {
        let walls = [wall(ramptop(&["authorize", &next(), "--yes"])), wall(python(&next()))];
        // The first round only warms up the file system's cache.
        if round > 0 {
            ours.0.push(walls[0]);
            theirs.0.push(walls[1]);
        }
    }
    for _ in 0..RUNS / 3 {
        ours.1.push(most_memory(ramptop(&["authorize", &next(), "--yes"])));
        theirs.1.push(most_memory(python(&next())));
    }
    assert_eq!(api.authorizations(), 2 * (1 + RUNS + RUNS / 3) as u64, "every run authorized its order");
    let notes =
        format!("authorize, key in the {}: ramptop {}; Python {}", keystore(), spread(&ours.0), spread(&theirs.0));
    let time = |all: &[Duration]| Figure::Time(median(all));
    let most = |all: &[u64]| Figure::Bytes(all.iter().copied().max().unwrap_or(0) as f64);
    let wall =
        Line::new("headless `authorize`, whole process: wall (median)", time(&ours.0), "Python", time(&theirs.0), 0.04);
    let memory =
        Line::new("headless `authorize`, whole process: memory", most(&ours.1), "Python", most(&theirs.1), 0.4);
    (vec![wall, memory], notes)
}

/// Puts the key into the keyring of the session.
fn import(mut command: Command) {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), PRIVATE_KEY.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success(), "the keyring takes no key; `.ci/bench` starts one");
}

fn wall(mut command: Command) -> Duration {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let start = Instant::now();
    let status = command.status().unwrap();
    let took = start.elapsed();
    assert!(status.success(), "{command:?}: {status}");
    took
}

fn most_memory(mut command: Command) -> u64 {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let mut most = 0;
    let status = loop {
        most = most.max(peak(child.id()).unwrap_or(0));
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        thread::sleep(LOOK);
    };
    assert!(status.success(), "{status}");
    most
}
