//! DS-43: whether the two clocks agree. Tokens and links end by them.

use doorstep_base::{Cause, Timestamp};

use super::answer::Answer;
use crate::Finding;

/// What the `Date` header's whole seconds and a slow answer may hide.
const TOLERATED: i64 = 10_000;

/// `now` is the moment at which the answer had come.
pub fn skew(answer: &Answer, now: Timestamp) -> Option<Finding> {
    // A cache repeats the date of another moment.
    if answer.is_from_cache() {
        return None;
    }
    let date = answer.header("date")?;
    let theirs = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(date).ok()?.as_millisecond();
    let ahead = now.as_millis() - theirs;
    let took = i64::try_from(answer.took.as_millis()).unwrap_or(i64::MAX);
    if ahead.abs() <= TOLERATED.saturating_add(took) {
        return None;
    }
    let seconds = ahead.abs() / 1000;
    let which = if ahead > 0 { "ahead of" } else { "behind" };
    Some(
        Finding::warning(
            Cause::ClockSkew,
            format!("The clock of this machine is {seconds} s {which} the server's"),
        )
        .saw(format!("{}: date: {date}", answer.asked))
        .fix("Let both follow a time server (timedatectl set-ntp true). WSL after sleep: sudo hwclock -s"),
    )
}
