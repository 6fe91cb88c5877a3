//! Which item of a new list is which item of the old one.

use super::{Answer, Answers};

/// For each new item the old one that it continues: in the same order, and so that as much as possible stays.
pub(super) fn align(old: &[Answer], new: &[Answer]) -> Vec<Option<usize>> {
    let mut pairs = vec![None; new.len()];
    let begin = old.iter().zip(new).take_while(|(old, new)| old == new).count();
    for (at, pair) in pairs.iter_mut().enumerate().take(begin) {
        *pair = Some(at);
    }
    let end = old[begin..].iter().rev().zip(new[begin..].iter().rev()).take_while(|(old, new)| old == new).count();
    for at in 0..end {
        pairs[new.len() - 1 - at] = Some(old.len() - 1 - at);
    }
    let (left, right) = (&old[begin..old.len() - end], &new[begin..new.len() - end]);
    // The best sum of likeness for each pair of rests, from the back.
    let width = right.len() + 1;
    let mut best = vec![0_u32; (left.len() + 1) * width];
    for at in (0..left.len()).rev() {
        for to in (0..right.len()).rev() {
            let like = likeness(&left[at], &right[to]);
            let paired = if like == 0 { 0 } else { like + best[(at + 1) * width + to + 1] };
            best[at * width + to] = paired.max(best[(at + 1) * width + to]).max(best[at * width + to + 1]);
        }
    }
    let (mut at, mut to) = (0, 0);
    while at < left.len() && to < right.len() {
        let here = best[at * width + to];
        if here == best[(at + 1) * width + to] {
            at += 1;
        } else if here == best[at * width + to + 1] {
            to += 1;
        } else {
            pairs[begin + to] = Some(begin + at);
            (at, to) = (at + 1, to + 1);
        }
    }
    pairs
}

/// How much two items have in common; 0 where the one is not the other.
fn likeness(old: &Answer, new: &Answer) -> u32 {
    match (old, new) {
        _ if old == new => 100,
        (Answer::Group(Answers(old)), Answer::Group(Answers(new))) => {
            old.iter().filter(|(name, answer)| new.get(*name) == Some(answer)).count() as u32
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(letters: &str) -> Vec<Answer> {
        letters.chars().map(|c| Answer::Scalar(c.to_string())).collect()
    }

    #[test]
    fn what_stays_is_found_around_what_comes_and_goes() {
        let places = |old, new| align(&texts(old), &texts(new));
        assert_eq!(places("abc", "abc"), [Some(0), Some(1), Some(2)]);
        assert_eq!(places("abc", "ac"), [Some(0), Some(2)]);
        assert_eq!(places("abc", "xbyc"), [None, Some(1), None, Some(2)]);
        // Of two that change places one can stay: the later one of the old list.
        assert_eq!(places("ab", "ba"), [Some(1), None]);
        assert_eq!(places("", "a"), [None]);
        assert_eq!(places("a", ""), []);
    }
}
