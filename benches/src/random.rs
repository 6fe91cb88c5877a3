//! A small seeded generator of numbers: the same seed gives the same corpus on every machine and with every release.

/// xoshiro256** seeded by splitmix64. Integers only, since powers and logarithms may differ by platform.
#[derive(Clone, Debug)]
pub struct Random([u64; 4]);

impl Random {
    /// A stream of its own for every `(seed, purpose, index)`, so that files can be made in any order and in parallel.
    pub fn new(seed: u64, purpose: &str, index: usize) -> Self {
        let mut state = seed ^ 0x5e60_e5e6_0e5e_60e5;
        for byte in purpose.bytes() {
            state = split_mix(&mut state) ^ u64::from(byte);
        }
        state = split_mix(&mut state) ^ index as u64;
        Self([split_mix(&mut state), split_mix(&mut state), split_mix(&mut state), split_mix(&mut state)])
    }

    /// The next 64 bits.
    fn draw(&mut self) -> u64 {
        let [a, b, c, d] = &mut self.0;
        let result = b.wrapping_mul(5).rotate_left(7).wrapping_mul(9);
        let shifted = *b << 17;
        *c ^= *a;
        *d ^= *b;
        *b ^= *c;
        *a ^= *d;
        *c ^= shifted;
        *d = d.rotate_left(45);
        result
    }

    /// A number below `bound`, which must not be 0.
    pub fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.draw()) * bound as u128) >> 64) as usize
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high - low + 1)
    }

    /// A whole number from `low` to `high`, both included, which may be below 0.
    pub fn whole(&mut self, low: i64, high: i64) -> i64 {
        let range = high - low + 1;
        low + ((i128::from(self.draw()) * i128::from(range)) >> 64) as i64
    }

    /// True in `percent` of a hundred cases.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of the items, all alike.
    pub fn pick<'a, T: ?Sized>(&mut self, items: &[&'a T]) -> &'a T {
        items[self.below(items.len())]
    }

    /// An index drawn in proportion to the steps of `cumulative`, a rising list of sums.
    pub fn weighted(&mut self, cumulative: &[u64]) -> usize {
        let total = cumulative.last().copied().unwrap_or(1);
        let drawn = ((u128::from(self.draw()) * u128::from(total)) >> 64) as u64;
        cumulative.partition_point(|&sum| sum <= drawn)
    }
}

fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
