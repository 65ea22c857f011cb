//! Random draws that depend on (seed, place in the spawn tree, purpose, n) and on nothing else.
//!
//! Counter-based: a draw is a hash of its key, so no generator is shared and none can be
//! shifted by an unrelated edit. Variates use the crate `libm`, whose results are the same
//! bits on every machine.

/// What a draw is for; draws for different purposes never disturb each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// `random()` and the distributions of the language.
    Program,
    /// A free decision of the runtime under the seeded policy.
    Choice,
}

/// A place in the spawn tree. The root's is [`Path::ROOT`]; a child's depends on its parent's
/// and on how many children the parent had before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Path(pub u64);

impl Path {
    pub const ROOT: Path = Path(0x636f_7369_6d00_0001);

    pub fn child(self, ordinal: u32) -> Path {
        Path(mix(mix(self.0) ^ (u64::from(ordinal) + 1)))
    }
}

/// SplitMix64's finalizer (Steele, Lea, Flood 2014; variant 13 of Stafford).
fn mix(mut z: u64) -> u64 {
    z = z.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// 64 random bits.
pub fn bits(seed: u64, path: Path, purpose: Purpose, n: u32) -> u64 {
    let keyed = mix(seed) ^ mix(path.0.wrapping_add(purpose as u64));
    mix(mix(keyed).wrapping_add(u64::from(n)))
}

/// What a draw gave, as somebody can play it back: durations in nanoseconds, choices as places in their list.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Drawn {
    Int(i64),
    Float(f64),
}

/// Draws of one task, in order.
#[derive(Debug, Clone, Copy)]
pub struct Stream {
    pub seed: u64,
    pub path: Path,
    /// How many draws were made.
    pub drawn: u32,
}

impl Stream {
    fn bits(&mut self) -> u64 {
        let n = self.drawn;
        self.drawn = self.drawn.wrapping_add(1);
        bits(self.seed, self.path, Purpose::Program, n)
    }

    /// Uniform in [0, 1), a multiple of 2⁻⁵³.
    pub fn random(&mut self) -> f64 {
        (self.bits() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// Uniform in (0, 1): never 0, so that its logarithm is finite.
    fn open(&mut self) -> f64 {
        ((self.bits() >> 12) as f64 + 0.5) * (1.0 / (1u64 << 52) as f64)
    }

    /// Uniform in 0..n without bias (Lemire 2019, by 128-bit multiplication; the remaining bias
    /// is below n/2⁶⁴). `n` must not be 0.
    pub fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.bits()) * u128::from(n)) >> 64) as u64
    }

    /// Exponential with mean 1, by inversion.
    pub fn exponential(&mut self) -> f64 {
        -libm::log(self.open())
    }

    /// Standard normal, by Box–Muller; two draws of `bits`.
    pub fn normal(&mut self) -> f64 {
        let radius = libm::sqrt(-2.0 * libm::log(self.open()));
        radius * libm::cos(2.0 * std::f64::consts::PI * self.random())
    }

    /// Pareto with scale 1: values from 1, P(X > x) = x^−shape.
    pub fn pareto(&mut self, shape: f64) -> f64 {
        libm::pow(self.open(), -1.0 / shape)
    }

    /// Poisson with the given mean, 0 to 10⁶: by multiplication up to 30, above as sums of parts.
    pub fn poisson(&mut self, mean: f64) -> i64 {
        let mut rest = mean;
        let mut count = 0;
        while rest > 0.0 {
            let part = rest.min(30.0);
            rest -= part;
            let limit = libm::exp(-part);
            let mut product = self.open();
            while product > limit {
                count += 1;
                product *= self.open();
            }
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(seed: u64) -> Stream {
        Stream { seed, path: Path::ROOT.child(3), drawn: 0 }
    }

    #[test]
    fn the_same_key_gives_the_same_bits_on_every_machine() {
        let mut s = stream(42);
        let drawn: Vec<u64> = (0..2).map(|_| s.bits()).collect();
        assert_eq!(drawn, [bits(42, s.path, Purpose::Program, 0), bits(42, s.path, Purpose::Program, 1)]);
        assert_ne!(drawn[0], bits(43, s.path, Purpose::Program, 0));
        assert_ne!(drawn[0], bits(42, Path::ROOT.child(4), Purpose::Program, 0));
        assert_ne!(drawn[0], bits(42, s.path, Purpose::Choice, 0));
    }

    /// Means of 200,000 draws lie within five standard errors; the seed is fixed, so this never flickers.
    #[test]
    fn variates_have_their_means() {
        let n = 200_000;
        let mean = |mut f: Box<dyn FnMut(&mut Stream) -> f64>| {
            let mut s = stream(7);
            (0..n).map(|_| f(&mut s)).sum::<f64>() / f64::from(n)
        };
        assert!((mean(Box::new(Stream::random)) - 0.5).abs() < 0.0033);
        assert!((mean(Box::new(Stream::exponential)) - 1.0).abs() < 0.0112);
        assert!(mean(Box::new(Stream::normal)).abs() < 0.0112);
        assert!((mean(Box::new(|s| s.pareto(3.0))) - 1.5).abs() < 0.0097);
        assert!((mean(Box::new(|s| s.poisson(50.0) as f64)) - 50.0).abs() < 0.08);
        assert!((mean(Box::new(|s| s.below(10) as f64)) - 4.5).abs() < 0.0322);
    }

    /// χ² of 200,000 uniform draws over 100 bins: 99 degrees of freedom, 99.9 % point 148.2.
    #[test]
    fn uniform_draws_fill_their_bins() {
        let mut s = stream(11);
        let mut bins = [0u32; 100];
        for _ in 0..200_000 {
            bins[(s.random() * 100.0) as usize] += 1;
        }
        let chi: f64 = bins.iter().map(|&b| (f64::from(b) - 2000.0).powi(2) / 2000.0).sum();
        assert!(chi < 148.2, "{chi}");
    }
}
