//! Trying again, a little later each time.

use super::{FetchProblem, FetchSettings, Fetched, Fetcher, Seen};
use crate::feeds::Feed;
use reqwest::Url;
use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

impl Fetcher {
    pub(super) async fn with_retries(&self, feed: &Feed, url: &Url, seen: &Seen) -> Result<Fetched, FetchProblem> {
        let mut tried = 1;
        loop {
            match self.once(feed, url, seen).await {
                Err(problem) if tried < self.settings.tries && problem.is_passing() => {
                    let Some(wait) = wait(&self.settings, &problem, tried, chance()) else { return Err(problem) };
                    tokio::time::sleep(wait).await;
                    tried += 1;
                }
                outcome => return outcome,
            }
        }
    }
}

/// How long to wait after the `tried`th try: doubling, then between a half and one and a half of that by `chance` (0 to
/// 999), and never less than the source asks for. None when that is too long for this run.
fn wait(settings: &FetchSettings, problem: &FetchProblem, tried: u32, chance: u32) -> Option<Duration> {
    let doubled = settings.back_off.saturating_mul(2_u32.saturating_pow(tried.saturating_sub(1)));
    let varied = doubled.saturating_mul(500 + chance) / 1_000;
    let asked = problem.wait_seconds().map(Duration::from_secs);
    if asked.is_some_and(|asked| asked > settings.longest_wait) {
        return None;
    }
    Some(varied.min(settings.longest_wait).max(asked.unwrap_or_default()))
}

/// From 0 to 999, so that services that failed together don't come back together. The standard library seeds its hashers
/// by chance, which is all that is needed here.
fn chance() -> u32 {
    u32::try_from(RandomState::new().hash_one(0) % 1_000).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_and_vary_by_half() {
        let settings = FetchSettings { back_off: Duration::from_secs(1), ..FetchSettings::default() };
        let problem = FetchProblem::ServerError { status: 503, wait_seconds: None };
        let millis = |tried, chance| wait(&settings, &problem, tried, chance).unwrap().as_millis();
        assert_eq!([millis(1, 0), millis(1, 500), millis(1, 999)], [500, 1_000, 1_499]);
        assert_eq!([millis(2, 500), millis(3, 500), millis(30, 500)], [2_000, 4_000, 30_000]);
        assert!((0..100).map(|_| chance()).all(|chance| chance < 1_000));
    }

    #[test]
    fn what_the_source_asks_for_is_waited_for_up_to_the_limit() {
        let settings = FetchSettings { back_off: Duration::from_millis(1), ..FetchSettings::default() };
        let after = |seconds| wait(&settings, &FetchProblem::TooManyRequests { wait_seconds: Some(seconds) }, 1, 0);
        assert_eq!(after(20), Some(Duration::from_secs(20)));
        assert_eq!(after(30), Some(Duration::from_secs(30)));
        assert_eq!(after(31), None);
    }
}
