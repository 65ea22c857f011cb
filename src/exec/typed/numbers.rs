//! What typed code computes: numbers in their places, and what becomes of them where they do not fit.

use crate::exec::typed::kind::Kind;
use crate::lang::operators::whole;
use crate::value::Value;

/// Words a function has: its registers, and behind them the constants it uses.
pub const WORDS: usize = 256;
/// A place for what nobody reads.
pub const NOBODYS: Place = (WORDS - 1) as Place;
/// A place among them.
pub type Place = u8;

/// The words of the function that is executed.
pub type Words = [u64; WORDS];

/// The next round of `for i in a..b`; false when there is none.
#[inline(always)]
pub fn next_round(words: &mut Words, at: Place) -> bool {
    let next = int(words, at);
    if next >= int(words, at.wrapping_add(1)) {
        return false;
    }
    words[usize::from(at)] = (next + 1) as u64;
    words[usize::from(at.wrapping_add(2))] = next as u64;
    true
}

/// Adds to a shared variable of this kind; false if it is of another, or the sum too large.
#[inline(always)]
pub fn grow(place: &mut Value, kind: Kind, more: i64) -> bool {
    let number = match (place, kind) {
        (Value::Int(n), Kind::Int) | (Value::Duration(n), Kind::Duration) => n,
        _ => return false,
    };
    let Some(sum) = number.checked_add(more) else { return false };
    *number = sum;
    true
}

#[inline(always)]
pub fn int(words: &Words, place: Place) -> i64 {
    words[usize::from(place)] as i64
}

#[inline(always)]
pub fn float(words: &Words, place: Place) -> f64 {
    f64::from_bits(words[usize::from(place)])
}

/// Puts an int or a duration into its place; false if there is none.
#[inline(always)]
pub fn checked(words: &mut Words, to: Place, result: Option<i64>) -> bool {
    let Some(result) = result else { return false };
    words[usize::from(to)] = result as u64;
    true
}

/// Puts a float into its place; false if it is not finite.
#[inline(always)]
pub fn finite(words: &mut Words, to: Place, result: f64) -> bool {
    if result.is_finite() {
        words[usize::from(to)] = result.to_bits();
    }
    result.is_finite()
}

/// The whole number below a float, if it is an int.
#[inline(always)]
pub fn floor(x: f64) -> Option<i64> {
    // Beyond 2^52 all floats are whole; most are not, and are soon done with.
    if x.abs() < 4_503_599_627_370_496.0 {
        let towards_zero = x as i64;
        return Some(towards_zero - i64::from(towards_zero as f64 > x));
    }
    whole(x)
}

#[inline(always)]
pub fn shift_left(a: i64, b: i64) -> Option<i64> {
    ((0..64).contains(&b) && a << (b & 63) >> (b & 63) == a).then(|| a << (b & 63))
}

#[inline(always)]
pub fn shift_right(a: i64, b: i64) -> Option<i64> {
    (0..64).contains(&b).then(|| a >> (b & 63))
}

/// The next number of a xorshift generator; none if one is shifted too far. All are shifted by less than 64.
#[inline(always)]
pub fn xor_shifts(x: i64, (left, right, again): (u8, u8, u8), mask: i64) -> Option<i64> {
    let x = x ^ shift_left(x, i64::from(left & 63))? & mask;
    let x = x ^ x >> (right & 63);
    Some(x ^ shift_left(x, i64::from(again & 63))? & mask)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floors_are_those_of_plain_code() {
        let edge = 4_503_599_627_370_496.0_f64;
        let mut all = vec![0.0, -0.0, 0.5, -0.5, 1.0, -1.0, 1e300, f64::NAN, f64::INFINITY, i64::MAX as f64];
        for x in [edge, edge - 0.5, edge + 1.0, i64::MIN as f64, 1.5, 2.999_999_999_999, 1e-300] {
            all.extend([x, -x]);
        }
        for x in all {
            assert_eq!(floor(x), whole(x.floor()), "{x}");
        }
    }

    #[test]
    fn a_number_of_a_generator_is_that_of_its_three_steps() {
        let steps = |x: i64, mask: i64| {
            let x = x ^ shift_left(x, 13)? & mask;
            let x = x ^ shift_right(x, 17)?;
            Some(x ^ shift_left(x, 5)? & mask)
        };
        let mut none = 0;
        for x in [0, 1, -1, 12_345, i64::MAX, i64::MIN, 1 << 49, 1 << 50, -(1 << 50), -(1 << 51)] {
            for mask in [0xffff_ffff, -1, 0] {
                assert_eq!(xor_shifts(x, (13, 17, 5), mask), steps(x, mask), "{x} {mask}");
                none += u32::from(steps(x, mask).is_none());
            }
        }
        assert!((1..30).contains(&none));
    }
}
