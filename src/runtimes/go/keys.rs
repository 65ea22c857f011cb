//! By what the things of a run refer to each other.

use slotmap::new_key_type;

new_key_type! {
    /// A goroutine.
    pub struct GKey;
    /// A `context.Context` that can be cancelled; none is `context.Background()`.
    pub struct ContextKey;
    pub struct TimerKey;
    pub struct GroupKey;
    pub struct DeadlineKey;
    pub struct ResultsKey;
    /// A `gather` or a `settle`.
    pub struct GatherKey;
}
