//! One lane: its name, its stretches, what they are called where there is room.

use crate::compare::comparison::{Activity, Lane, Segment};
use crate::report::cells::Shown;
use crate::report::lines::{clean, cut, width};
use crate::report::svg::canvas::{Canvas, number};
use crate::report::svg::scale::Scale;
use crate::report::svg::shape::{HEIGHT, draw};

/// Pixels of a character of a label, about.
pub const CHARACTER: f64 = 6.2;
/// What is narrower is drawn along with its neighbours.
const NARROW: f64 = 0.75;

/// Where a lane is, and what its picture needs to know.
pub struct Place<'a> {
    pub scale: &'a Scale,
    pub top: f64,
    pub salt: &'a str,
    /// Names of tasks by serial number.
    pub names: &'a [String],
}

/// What was drawn: which states, how many stretches were too narrow to be seen by themselves.
#[derive(Debug, Default)]
pub struct Drawn {
    pub shown: Vec<Shown>,
    pub folded: usize,
}

impl Drawn {
    fn note(&mut self, shown: Shown) {
        if !self.shown.contains(&shown) {
            self.shown.push(shown);
        }
    }
}

/// A stretch as it is drawn: several of them where they are too narrow.
struct Stretch<'a> {
    from: f64,
    to: f64,
    shown: Shown,
    of: Option<&'a Segment>,
}

pub fn lane(canvas: &mut Canvas, lane: &Lane, place: &Place<'_>, drawn: &mut Drawn) {
    for stretch in stretches(lane, place.scale, drawn) {
        drawn.note(stretch.shown);
        let (x, wide) = (stretch.from, stretch.to - stretch.from);
        let Some(segment) = stretch.of else {
            draw(canvas, stretch.shown, x, place.top, wide, place.salt);
            continue;
        };
        canvas.open("g", &[]);
        canvas.text("title", &[], &tip(segment, place.names, lane.role.is_some()));
        draw(canvas, stretch.shown, x, place.top, wide, place.salt);
        label(canvas, segment, &stretch, place, lane.role.is_some());
        canvas.close("g");
    }
}

/// The stretches of a lane in pixels. Neighbours that are too narrow become one, which shows what there is most of.
fn stretches<'a>(lane: &'a Lane, scale: &Scale, drawn: &mut Drawn) -> Vec<Stretch<'a>> {
    let mut out: Vec<Stretch<'a>> = Vec::new();
    let mut narrow: Vec<&Segment> = Vec::new();
    for segment in &lane.segments {
        if scale.x(segment.to) - scale.x(segment.from) >= NARROW {
            flush(&mut narrow, scale, drawn, &mut out);
            out.push(Stretch {
                from: scale.x(segment.from),
                to: scale.x(segment.to),
                shown: Shown::of(segment.what),
                of: Some(segment),
            });
            continue;
        }
        let apart = narrow.first().is_some_and(|first| scale.x(segment.to) - scale.x(first.from) > 1.0);
        if apart {
            flush(&mut narrow, scale, drawn, &mut out);
        }
        narrow.push(segment);
    }
    flush(&mut narrow, scale, drawn, &mut out);
    out
}

fn flush<'a>(narrow: &mut Vec<&'a Segment>, scale: &Scale, drawn: &mut Drawn, out: &mut Vec<Stretch<'a>>) {
    let (Some(first), Some(last)) = (narrow.first(), narrow.last()) else { return };
    let mut sums: Vec<(Shown, u64)> = Vec::new();
    for segment in narrow.iter() {
        let (shown, length) = (Shown::of(segment.what), segment.to.since(segment.from).0);
        match sums.iter_mut().find(|(known, _)| *known == shown) {
            Some((_, sum)) => *sum += length,
            None => sums.push((shown, length)),
        }
    }
    sums.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    let from = scale.x(first.from);
    let to = scale.x(last.to).max(from + NARROW);
    let shown = sums.first().map_or(Shown::Idle, |(shown, _)| *shown);
    let alone = narrow.len() == 1;
    drawn.folded += if alone { 0 } else { narrow.len() };
    out.push(Stretch { from, to, shown, of: alone.then_some(first) });
    narrow.clear();
}

/// `wash(3): load 3, from 2min to 4min`
fn tip(segment: &Segment, names: &[String], worker: bool) -> String {
    let what = match (segment.what, &segment.label) {
        (_, Some(label)) => clean(label),
        (Activity::Held, None) => "held".to_string(),
        (Activity::Task(state), None) => crate::report::terms::state_word(state).to_string(),
    };
    let task = names
        .get(segment.task as usize)
        .filter(|_| worker)
        .map(|name| format!("{name}: "))
        .unwrap_or_default();
    format!("{task}{what}, from {} to {}", segment.from, segment.to)
}

/// The label of the work, or the name of the task, inside its stretch.
fn label(canvas: &mut Canvas, segment: &Segment, stretch: &Stretch<'_>, place: &Place<'_>, worker: bool) {
    let (room, class) = match stretch.shown {
        Shown::Running => (stretch.to - stretch.from - 6.0, "on-running"),
        Shown::Ready | Shown::Held | Shown::Blocked | Shown::Io | Shown::Sleeping => return,
        Shown::Overhead | Shown::Idle | Shown::Absent | Shown::Broken => return,
    };
    let task = || place.names.get(segment.task as usize).cloned().filter(|_| worker);
    let texts = [segment.label.as_deref().map(clean), task()];
    let columns = (room / CHARACTER).floor();
    let fits = |text: &String| !text.is_empty() && width(text) as f64 <= columns;
    let Some(text) = texts.into_iter().flatten().find(fits) else { return };
    let attributes = [
        ("x", number(stretch.from + 3.0)),
        ("y", number(place.top + HEIGHT - 4.5)),
        ("class", format!("small {class}")),
    ];
    canvas.text("text", &attributes, &text);
}

/// The name of a lane, at the left.
pub fn name(canvas: &mut Canvas, text: &str, right: f64, top: f64, columns: usize) {
    let text = cut(&clean(text), columns, '…');
    let attributes = [
        ("x", number(right)),
        ("y", number(top + HEIGHT - 4.0)),
        ("class", "name ink".to_string()),
        ("text-anchor", "end".to_string()),
    ];
    canvas.text("text", &attributes, &text);
}
