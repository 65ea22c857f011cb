//! A lane of a timeline as characters: which activity each stretch of time shows.

use crate::compare::comparison::{Activity, Lane};
use crate::report::style::{Ink, Style};
use crate::sim::trace::State;
use crate::time::Time;

/// What one character shows. Of several with equal shares of its time, the first of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shown {
    Running,
    Held,
    Overhead,
    Blocked,
    Ready,
    Io,
    Sleeping,
    /// A worker without a task.
    Idle,
    /// A task that is not there yet, or no more.
    Absent,
    /// The end of a task that failed or was cancelled.
    Broken,
}

pub const ALL: [Shown; 10] = [
    Shown::Running,
    Shown::Held,
    Shown::Overhead,
    Shown::Blocked,
    Shown::Ready,
    Shown::Io,
    Shown::Sleeping,
    Shown::Idle,
    Shown::Absent,
    Shown::Broken,
];

impl Shown {
    pub fn of(activity: Activity) -> Shown {
        match activity {
            Activity::Held => Shown::Held,
            Activity::Task(State::Running) => Shown::Running,
            Activity::Task(State::Ready) => Shown::Ready,
            Activity::Task(State::Blocked) => Shown::Blocked,
            Activity::Task(State::Io) => Shown::Io,
            Activity::Task(State::Sleeping) => Shown::Sleeping,
            Activity::Task(State::Overhead) => Shown::Overhead,
        }
    }

    pub fn glyph(self, style: Style) -> char {
        let (unicode, ascii) = match self {
            Shown::Running => ('█', '#'),
            Shown::Held => ('▚', 'h'),
            Shown::Overhead => ('|', '|'),
            Shown::Blocked => ('x', 'x'),
            Shown::Ready => ('▒', 'r'),
            Shown::Io => ('~', '~'),
            Shown::Sleeping => ('z', 'z'),
            Shown::Idle => ('·', '.'),
            Shown::Absent => (' ', ' '),
            Shown::Broken => ('✕', 'X'),
        };
        style.glyph(unicode, ascii)
    }

    pub fn ink(self) -> Ink {
        match self {
            Shown::Running => Ink::Running,
            Shown::Held => Ink::Held,
            Shown::Overhead => Ink::Overhead,
            Shown::Blocked => Ink::Blocked,
            Shown::Ready => Ink::Ready,
            Shown::Io => Ink::Io,
            Shown::Sleeping => Ink::Sleeping,
            Shown::Idle | Shown::Absent => Ink::Faint,
            Shown::Broken => Ink::Bad,
        }
    }

    /// What the legend says.
    pub fn meaning(self) -> &'static str {
        match self {
            Shown::Running => "working",
            Shown::Held => "held: occupied by a task that only waits",
            Shown::Overhead => "changing task",
            Shown::Blocked => "blocked: waits for another task",
            Shown::Ready => "ready: waits for its turn",
            Shown::Io => "waits for a device",
            Shown::Sleeping => "sleeping",
            Shown::Idle => "idle",
            Shown::Absent => "",
            Shown::Broken => "failed or cancelled",
        }
    }
}

/// One character's worth of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    pub shown: Shown,
    /// The segment it belongs to, if it is not a gap.
    pub segment: Option<usize>,
}

/// The shares of one cell: for each activity its time, and the segment that has most of it.
#[derive(Clone, Copy, Default)]
struct Shares {
    time: [u64; 10],
    longest: [(u64, usize); 10],
}

/// The lane up to `end`, `nanos` of time a character.
///
/// Each character shows an activity that takes place in it: the longest. Where there are many in
/// one character, what was shown too little goes first, so that a worker who is busy for a third
/// of the time is drawn busy in a third of the characters. Work and holding that would vanish
/// altogether get the one character in which they have the largest share.
pub fn cells(lane: &Lane, nanos: u64, end: Time) -> Vec<Cell> {
    stretch(lane, Time::ZERO, nanos, end)
}

/// The same for a part of the lane.
pub fn stretch(lane: &Lane, from: Time, nanos: u64, end: Time) -> Vec<Cell> {
    let gap = if lane.role.is_some() { Shown::Idle } else { Shown::Absent };
    let shares = shares(lane, from, nanos, end, gap);
    let mut owed = [0i128; 10];
    let mut out: Vec<Cell> = shares.iter().map(|shares| choose(shares, &mut owed)).collect();
    for shown in [Shown::Running, Shown::Held] {
        let kind = shown as usize;
        if out.iter().any(|cell| cell.shown == shown) {
            continue;
        }
        let best = (0..shares.len()).max_by_key(|&at| (shares[at].time[kind], std::cmp::Reverse(at)));
        if let Some(at) = best.filter(|&at| shares[at].time[kind] > 0) {
            out[at] = Cell { shown, segment: Some(shares[at].longest[kind].1) };
        }
    }
    out
}

/// Marks where the lane of a task breaks off.
pub fn mark_broken(cells: &mut [Cell], lane: &Lane, nanos: u64) {
    let end = lane.segments.last().map_or(0, |segment| segment.to.0 / nanos);
    let last = cells.len().saturating_sub(1);
    if let Some(cell) = cells.get_mut((end as usize).min(last)) {
        *cell = Cell { shown: Shown::Broken, segment: None };
    }
}

fn shares(lane: &Lane, start: Time, nanos: u64, end: Time, gap: Shown) -> Vec<Shares> {
    let length = end.since(start).0;
    let mut shares = vec![Shares::default(); length.div_ceil(nanos) as usize];
    let first = lane.segments.partition_point(|segment| segment.to <= start);
    for (index, segment) in lane.segments.iter().enumerate().skip(first) {
        if segment.from >= end {
            break;
        }
        let kind = Shown::of(segment.what) as usize;
        let (mut from, to) = (segment.from.since(start).0, segment.to.min(end).since(start).0);
        while from < to {
            let at = (from / nanos) as usize;
            let until = ((at as u64 + 1).saturating_mul(nanos)).min(to);
            let cell = &mut shares[at];
            cell.time[kind] += until - from;
            if until - from > cell.longest[kind].0 {
                cell.longest[kind] = (until - from, index);
            }
            from = until;
        }
    }
    for (at, cell) in shares.iter_mut().enumerate() {
        let begins = at as u64 * nanos;
        let whole = length.min(begins.saturating_add(nanos)) - begins;
        let covered: u64 = cell.time.iter().sum();
        cell.time[gap as usize] += whole.saturating_sub(covered);
    }
    shares
}

fn choose(shares: &Shares, owed: &mut [i128; 10]) -> Cell {
    let present = shares.time.iter().filter(|&&t| t > 0).count();
    if present == 1 {
        // What was owed before a long stretch is not made good after it.
        *owed = [0; 10];
    }
    for (owed, &time) in owed.iter_mut().zip(&shares.time) {
        *owed += i128::from(time);
    }
    let mut best = None;
    for (kind, &shown) in ALL.iter().enumerate().filter(|&(kind, _)| shares.time[kind] > 0) {
        if best.is_none_or(|(most, _)| owed[kind] > most) {
            best = Some((owed[kind], shown));
        }
    }
    let (_, shown) = best.expect("a cell is longer than nothing");
    owed[shown as usize] -= i128::from(shares.time.iter().sum::<u64>());
    let segment = (!matches!(shown, Shown::Idle | Shown::Absent | Shown::Broken))
        .then(|| shares.longest[shown as usize].1);
    Cell { shown, segment }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::comparison::Segment;
    use crate::sim::trace::Role;

    fn lane(segments: &[(u64, u64, Activity)]) -> Lane {
        let segment = |&(from, to, what): &(u64, u64, Activity)| Segment {
            from: Time(from),
            to: Time(to),
            what,
            task: 1,
            label: None,
            cause: None,
        };
        Lane {
            name: "w".into(),
            number: 0,
            role: Some(Role::Worker),
            segments: segments.iter().map(segment).collect(),
        }
    }

    fn drawn(segments: &[(u64, u64, Activity)], end: u64) -> String {
        let cells = cells(&lane(segments), 10, Time(end));
        cells.iter().map(|cell| cell.shown.glyph(Style::plain(80))).collect()
    }

    const RUN: Activity = Activity::Task(State::Running);

    #[test]
    fn the_longest_share_is_shown_and_ties_go_to_work() {
        assert_eq!(drawn(&[(0, 20, RUN), (20, 36, Activity::Held)], 50), "##hh.");
        assert_eq!(drawn(&[(0, 15, RUN)], 30), "##.");
        assert_eq!(drawn(&[(0, 14, RUN)], 30), "#..");
        assert_eq!(drawn(&[(0, 14, RUN)], 13), "##");
    }

    #[test]
    fn what_would_vanish_is_shown_once() {
        assert_eq!(drawn(&[(12, 13, Activity::Held)], 40), ".h..");
        assert_eq!(drawn(&[(0, 40, Activity::Held), (12, 13, RUN)], 40), "h#hh");
    }

    #[test]
    fn a_part_looks_like_the_whole() {
        let segments = [(0, 20, RUN), (20, 36, Activity::Held), (43, 70, RUN)];
        let lane = lane(&segments);
        let whole = cells(&lane, 10, Time(80));
        assert_eq!(stretch(&lane, Time(20), 10, Time(60)), whole[2..6]);
        assert_eq!(stretch(&lane, Time(90), 10, Time(80)), []);
    }

    #[test]
    fn many_short_ones_are_drawn_in_proportion() {
        let short: Vec<_> = (0..100).map(|i| (i * 4, i * 4 + 1, RUN)).collect();
        let text = drawn(&short, 400);
        let busy = text.matches('#').count();
        assert!((9..=11).contains(&busy), "{text}");
    }
}
