//! Whether two names are one, but for the way they are written.
//!
//! In: two names. Out: yes or no. Always holds: council words, capitals, hyphens and the like make no difference.

use super::normalise::compact;
use super::written::Written;

/// Whether two names are the same in one spelling.
#[must_use]
pub fn same_name(one: &str, other: &str) -> bool {
    let key = |name: &str| compact(&Written::parse(name).whole());
    let one = key(one);
    !one.is_empty() && one == key(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn habits_of_writing_make_no_other_name() {
        assert!(same_name("St. Mary-le-Marsh Parish Council", "Saint Mary le Marsh"));
        assert!(!same_name("Thornley Green", "Thornley"));
        assert!(!same_name("", ""));
    }
}
