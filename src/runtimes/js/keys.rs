//! How the things of a run name each other.

slotmap::new_key_type! {
    pub struct PromiseKey;
    pub struct SignalKey;
    pub struct TimerKey;
    /// All timers of one duration.
    pub struct ListKey;
    /// A `Promise.all`.
    pub struct AggregateKey;
    pub struct DeadlineKey;
    pub struct GroupKey;
    /// An `as_completed(…)`.
    pub struct ResultsKey;
}
