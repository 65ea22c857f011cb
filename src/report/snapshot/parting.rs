//! Two snapshots held against each other: which numbers differ, and at which step runs part.

use crate::report::snapshot::data::{Outcome, Snapshot, Step, StepKind};

/// A run that is not the same on both sides, or is on one side only.
#[derive(Debug)]
pub struct Pair<'a> {
    pub left: Option<&'a Outcome>,
    pub right: Option<&'a Outcome>,
}

/// A number that both runs have, or one of them.
#[derive(Debug, PartialEq, Eq)]
pub struct Number<'a> {
    pub name: &'a str,
    pub left: Option<&'a str>,
    pub right: Option<&'a str>,
}

/// Where two runs part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parting {
    /// The first step that differs, counted from 0; all before it are the same.
    At(usize),
    /// Behind this many steps that are the same, and within so many: of one side only marks are known.
    Within(usize, usize),
}

/// Why two runs part at a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The runtime was free to choose.
    Choice,
    /// A rule of the runtime says who goes next.
    Turn,
    /// The same happens, at another time.
    Time,
    /// Something else happens.
    Other,
}

/// Runs of one name belong together; where no name is on both sides, those at the same place.
pub fn pairs<'a>(left: &'a Snapshot, right: &'a Snapshot) -> Vec<Pair<'a>> {
    let named = |snapshot: &'a Snapshot, name: &str| snapshot.runs.iter().find(|run| run.name == name);
    let common = left.runs.iter().any(|run| named(right, &run.name).is_some());
    if !common && left.runs.len() == right.runs.len() {
        let both = left.runs.iter().zip(&right.runs);
        return both.map(|(left, right)| Pair { left: Some(left), right: Some(right) }).collect();
    }
    let ours = left.runs.iter().map(|run| Pair { left: Some(run), right: named(right, &run.name) });
    let missing = right.runs.iter().filter(|run| named(left, &run.name).is_none());
    ours.chain(missing.map(|run| Pair { left: None, right: Some(run) })).collect()
}

/// Are all runs the same? Titles are words.
pub fn same(left: &Snapshot, right: &Snapshot) -> bool {
    left.runs.len() == right.runs.len() && pairs(left, right).iter().all(Pair::same)
}

/// Leaves the names of workers out of both, where a run is under another runtime on either side: they always differ.
pub fn forget_workers(left: &mut Snapshot, right: &mut Snapshot) {
    let kind = |run: &Outcome| run.runtime.split('(').next().unwrap_or_default().to_string();
    let other = |pair: &Pair| pair.left.map(kind) != pair.right.map(kind);
    if !pairs(left, right).iter().filter(|pair| pair.left.is_some() && pair.right.is_some()).any(other) {
        return;
    }
    for run in left.runs.iter_mut().chain(&mut right.runs) {
        for step in run.steps.iter_mut().filter(|step| step.kind == StepKind::Turn) {
            if let Some((_, task)) = step.text.split_once(" runs ") {
                step.text = format!("{task} runs");
            }
        }
    }
}

impl<'a> Pair<'a> {
    pub fn same(&self) -> bool {
        let (Some(left), Some(right)) = (self.left, self.right) else { return false };
        left.name == right.name
            && left.runtime == right.runtime
            && left.numbers == right.numbers
            && self.parting().is_none()
    }

    /// Every number of either side.
    pub fn numbers(&self) -> Vec<Number<'a>> {
        let find = |run: Option<&'a Outcome>, name: &str| {
            run.and_then(|run| run.numbers.iter().find(|(other, _)| other == name))
                .map(|(_, value)| value.as_str())
        };
        let (left, right) = (self.left, self.right);
        let of = |run: Option<&'a Outcome>| {
            run.into_iter().flat_map(|run| run.numbers.iter().map(|(name, _)| name))
        };
        let mut names: Vec<&'a str> = of(left).map(String::as_str).collect();
        let further: Vec<&'a str> =
            of(right).map(String::as_str).filter(|name| !names.contains(name)).collect();
        names.extend(further);
        names
            .into_iter()
            .map(|name| Number { name, left: find(left, name), right: find(right, name) })
            .collect()
    }

    /// The first step that differs, if one does.
    pub fn parting(&self) -> Option<Parting> {
        let (left, right) = (self.left?, self.right?);
        let same = left.steps.iter().zip(&right.steps).take_while(|(a, b)| a == b).count();
        let known = left.steps.len().min(right.steps.len());
        let whole = |run: &Outcome| run.steps.len() == run.count;
        if same < known {
            return Some(Parting::At(same));
        }
        if whole(left) && whole(right) {
            return (left.count != right.count).then_some(Parting::At(same));
        }
        let mut before = same;
        for mark in left.marks.iter().filter(|mark| mark.at > same) {
            match right.marks.iter().find(|other| other.at == mark.at) {
                Some(other) if other == mark => before = mark.at,
                Some(_) | None => return Some(Parting::Within(before, mark.at - before)),
            }
        }
        (left.count != right.count).then_some(Parting::Within(before, left.count.abs_diff(right.count)))
    }

    /// Why they part where they do.
    pub fn reason(&self, at: usize) -> Reason {
        let step = |run: Option<&'a Outcome>| run.and_then(|run| run.steps.get(at));
        let (left, right) = (step(self.left), step(self.right));
        let is = |kind: StepKind| [left, right].into_iter().flatten().any(|step: &Step| step.kind == kind);
        match (left, right) {
            (Some(left), Some(right)) if left.text == right.text => Reason::Time,
            _other if is(StepKind::Choice) => Reason::Choice,
            _other if is(StepKind::Turn) => Reason::Turn,
            _other => Reason::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::snapshot::make::marks;

    fn run(texts: &[&str]) -> Outcome {
        let step = |text: &&str| Step {
            time: "0s".into(),
            text: (*text).to_string(),
            kind: StepKind::Other,
            span: None,
        };
        let steps: Vec<Step> = texts.iter().map(step).collect();
        Outcome { name: "a".into(), count: steps.len(), marks: marks(&steps), steps, ..Outcome::default() }
    }

    fn parting(left: &Outcome, right: &Outcome) -> Option<Parting> {
        Pair { left: Some(left), right: Some(right) }.parting()
    }

    #[test]
    fn the_first_step_that_differs() {
        assert_eq!(parting(&run(&["a", "b"]), &run(&["a", "b"])), None);
        assert_eq!(parting(&run(&["a", "b", "c"]), &run(&["a", "x", "c"])), Some(Parting::At(1)));
        assert_eq!(parting(&run(&["a"]), &run(&["a", "b"])), Some(Parting::At(1)));
    }

    #[test]
    fn behind_what_is_written_marks_tell() {
        let all: Vec<String> = (0..1000).map(|n| n.to_string()).collect();
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        let mut other = all.clone();
        other[600] = "x";
        let (right, wrong) = (run(&all), run(&other));
        let mut kept = right.clone();
        kept.steps.truncate(240);
        assert_eq!(parting(&kept, &right), None);
        assert_eq!(parting(&kept, &wrong), Some(Parting::Within(480, 240)));
        assert_eq!(parting(&right, &wrong), Some(Parting::At(600)));
        assert_eq!(parting(&kept, &run(&all[..700])), Some(Parting::Within(480, 240)));
    }
}
