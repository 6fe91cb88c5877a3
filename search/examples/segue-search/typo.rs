//! One slip of the finger in a query, the same each time.

/// The query with one typo in its longest word: two letters swapped, one left out, one doubled or one replaced, by what
/// the query's own letters add up to.
pub fn put_into(query: &str) -> String {
    let words: Vec<&str> = query.split(' ').collect();
    let longest =
        words.iter().copied().filter(|word| word.chars().all(char::is_alphabetic)).max_by_key(|word| word.len());
    let Some(longest) = longest.filter(|word| word.chars().count() >= 4) else { return query.to_owned() };
    let sum: usize = query.bytes().map(usize::from).sum();
    let mut letters: Vec<char> = longest.chars().collect();
    // Neither the first letter nor beyond the last but one.
    let at = 1 + sum % (letters.len() - 2);
    match sum / 7 % 4 {
        0 => letters.swap(at, at + 1),
        1 => drop(letters.remove(at)),
        2 => letters.insert(at, letters[at]),
        _ => letters[at] = if letters[at] == 'e' { 'r' } else { 'e' },
    }
    let misspelt: String = letters.into_iter().collect();
    words.into_iter().map(|word| if word == longest { misspelt.as_str() } else { word }).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_word_changes_a_little() {
        for query in ["data residency", "northwind robotics sso", "kickoff"] {
            let changed = put_into(query);
            let differing = query.split(' ').zip(changed.split(' ')).filter(|(a, b)| a != b).count();
            assert!(differing <= 1 && changed.split(' ').count() == query.split(' ').count(), "{changed}");
        }
        assert_eq!(put_into("sso"), "sso");
    }
}
