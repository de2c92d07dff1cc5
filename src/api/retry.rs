//! When a *read* is asked again. Submissions never are.
//!
//! Exponential with jitter, at most [`RetryPolicy::times`] repeats, and never longer than
//! [`LONGEST_WAIT`] between two: an API that asks for more gets no repeat, the caller is told.

use std::time::Duration;

use backon::ExponentialBuilder;

use super::error::ApiError;

/// The longest wait between two tries.
pub const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// How reads are repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Repeats after the first try.
    pub times: usize,
    /// The wait before the first repeat; each next one doubles.
    pub first_wait: Duration,
}

impl RetryPolicy {
    /// Three repeats, starting at a quarter of a second.
    pub const DEFAULT: Self = Self { times: 3, first_wait: Duration::from_millis(250) };

    /// Ask once.
    pub const NEVER: Self = Self { times: 0, first_wait: Duration::ZERO };

    pub(super) fn backoff(self) -> ExponentialBuilder {
        let builder = ExponentialBuilder::default()
            .with_min_delay(self.first_wait)
            .with_max_delay(LONGEST_WAIT)
            .with_max_times(self.times);
        if self.first_wait.is_zero() { builder } else { builder.with_jitter() }
    }
}

/// Whether to ask again after this error. An API that wants to be left alone for long is.
pub(super) fn again(error: &ApiError) -> bool {
    error.is_retryable() && error.retry_after().is_none_or(|wait| wait <= LONGEST_WAIT)
}

/// How long to wait: what the API asks for where that is longer than our own plan. `None` ends it.
pub(super) fn wait(error: &ApiError, planned: Option<Duration>) -> Option<Duration> {
    let asked = error.retry_after().unwrap_or_default();
    planned.map(|own| own.max(asked))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Rejection;

    fn busy(seconds: Option<u64>) -> ApiError {
        let retry_after = seconds.map(Duration::from_secs);
        ApiError::Rejected(Box::new(Rejection { http_status: 429, retry_after, ..Rejection::default() }))
    }

    #[test]
    fn a_short_wish_is_honoured_and_a_long_one_ends_it() {
        let own = Some(Duration::from_millis(10));
        assert_eq!(wait(&busy(Some(2)), own), Some(Duration::from_secs(2)));
        assert_eq!(wait(&busy(None), own), own);
        assert_eq!(wait(&busy(Some(2)), None), None);
        assert!(again(&busy(Some(5))) && !again(&busy(Some(6))));
        assert!(!again(&ApiError::decode("x")));
    }

    #[test]
    fn the_waits_of_a_call_are_bounded() {
        use backon::BackoffBuilder;
        let waits: Vec<Duration> = RetryPolicy::DEFAULT.backoff().build().collect();
        assert_eq!(waits.len(), 3);
        assert!(waits.iter().sum::<Duration>() < Duration::from_secs(10));
        assert_eq!(RetryPolicy::NEVER.backoff().build().count(), 0);
    }
}
