//! "Did you mean …?": the nearest of the names that would have been right.

/// Longer names are not compared, since that takes time with the square of their length.
const LONGEST: usize = 100;

/// The candidate closest to `name`, if it is close enough to be a slip of the finger.
///
/// Distance counts insertions, deletions, substitutions and swaps of neighbours; a third of
/// the characters may be wrong, at least one. Letter case alone never counts. Of equally near
/// candidates the first is taken.
pub fn did_you_mean<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let wanted: Vec<char> = name.chars().flat_map(char::to_lowercase).collect();
    if wanted.len() > LONGEST {
        return None;
    }
    let allowed = (wanted.len() / 3).max(1);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates.filter(|&c| c != name) {
        let other: Vec<char> = candidate.chars().flat_map(char::to_lowercase).collect();
        if other.len().abs_diff(wanted.len()) > allowed {
            continue;
        }
        let distance = distance(&wanted, &other);
        let nothing_in_common = distance >= wanted.len().max(other.len());
        if distance <= allowed && !nothing_in_common && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// How a sentence ends that says that there is no such name: `; did you mean …?`, or with a full stop.
pub fn did_you_mean_or_stop<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> String {
    match did_you_mean(name, candidates) {
        Some(near) => format!("; did you mean `{near}`?"),
        None => ".".to_string(),
    }
}

/// Optimal string alignment: Damerau–Levenshtein without overlapping swaps.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let substitution = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = substitution.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before_last[j - 2] + 1);
            }
        }
        before_last = last;
        last = row;
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nearest<'a>(name: &str, candidates: &[&'a str]) -> Option<&'a str> {
        did_you_mean(name, candidates.iter().copied())
    }

    #[test]
    fn finds_slips_of_the_finger() {
        assert_eq!(nearest("machin", &["till", "machine"]), Some("machine"));
        assert_eq!(nearest("recieve", &["receive", "recv"]), Some("receive"));
        assert_eq!(nearest("Till", &["till"]), Some("till"));
        assert_eq!(nearest("洗衣杋", &["洗衣机"]), Some("洗衣机"));
        assert_eq!(nearest("lo", &["log"]), Some("log"));
    }

    #[test]
    fn stays_silent_when_nothing_is_near() {
        assert_eq!(nearest("machine", &["till", "orders"]), None);
        assert_eq!(nearest("x", &["y"]), None);
        assert_eq!(nearest("", &["y"]), None);
        assert_eq!(nearest("same", &["same"]), None);
    }
}
