//! The numbers that every program draws alike.

pub fn seed(i: u32) -> u32 {
    i.wrapping_add(1).wrapping_mul(2_654_435_769)
}

pub fn xs32(x: &mut u32) -> u32 {
    *x ^= *x << 13;
    *x ^= *x >> 17;
    *x ^= *x << 5;
    *x
}

/// An exponential time in ticks of a millionth of its unit.
pub fn exp_ticks(x: &mut u32, rate: f64) -> u64 {
    let uniform = (f64::from(xs32(x)) + 0.5) / 4_294_967_296.0;
    (-libm::log(uniform) / rate * 1e6).floor() as u64 + 1
}

/// How long a sleeper of W1 sleeps next.
pub fn nap(x: &mut u32) -> u64 {
    1 + u64::from(xs32(x) & 0xFFFF)
}

/// How long child `i` of W5 sleeps.
pub fn child(i: u32) -> u64 {
    let mut x = seed(i);
    1 + u64::from(xs32(&mut x) & 1023)
}
