//! Verification: the same program simulated and run by the real thing, and the two traces compared.

pub mod random;
