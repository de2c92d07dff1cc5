//! How long to wait after failures. Pure: the jitter is handed in.

use std::time::Duration;

/// The first wait.
const FIRST: Duration = Duration::from_secs(1);
/// The longest wait.
const LONGEST: Duration = Duration::from_secs(60);

/// The wait after `failures` failures in a row. `jitter` in 0.0..1.0 spreads it over the upper
/// half, so that many clients do not come back together. What the server asked for is a floor.
pub fn wait(failures: u32, jitter: f64, asked_for: Option<Duration>) -> Duration {
    let doubled = FIRST.saturating_mul(2u32.saturating_pow(failures.saturating_sub(1).min(10)));
    let full = doubled.min(LONGEST);
    let spread = full.mul_f64(0.5 + jitter.clamp(0.0, 1.0) / 2.0);
    spread.max(asked_for.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_doubles_to_a_cap_and_obeys_the_server() {
        assert_eq!(wait(1, 1.0, None), Duration::from_secs(1));
        assert_eq!(wait(3, 1.0, None), Duration::from_secs(4));
        assert_eq!(wait(99, 1.0, None), LONGEST);
        assert_eq!(wait(1, 0.0, None), Duration::from_millis(500));
        assert_eq!(wait(1, 0.0, Some(Duration::from_secs(120))), Duration::from_secs(120));
    }
}
