//! Which pane gets which part of the screen: with less room there are fewer, and the smaller ones sum up.

use ratatui::layout::Rect;

/// What wants to be shown.
#[derive(Debug, Clone, Copy)]
pub struct Needs {
    pub lanes: usize,
    pub path: bool,
    /// Lines of what is said, with its title; 0 for nothing.
    pub said: usize,
    /// It is a question, and can be scrolled.
    pub asked: bool,
}

/// The panes; those there is no room for have no height.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Places {
    pub head: Rect,
    pub ruler: Rect,
    pub lanes: Rect,
    pub path: Rect,
    pub source: Rect,
    pub lines: Rect,
    pub events: Rect,
    pub said: Rect,
    pub foot: Rect,
}

/// From here on source and queues stand side by side.
const BESIDE: u16 = 72;
/// With fewer there is nothing to be seen.
pub const LEAST: (u16, u16) = (24, 8);

/// `None` if the screen is too small.
pub fn places(area: Rect, needs: Needs) -> Option<Places> {
    if (area.width, area.height) < LEAST || area.width < LEAST.0 || area.height < LEAST.1 {
        return None;
    }
    let mut rest = area;
    let roomy = area.height >= 20;
    let head = top(&mut rest, if roomy { 3 } else { 2 });
    let foot = bottom(&mut rest, 1);
    let tall = rest.height >= 14;
    let ruler = top(&mut rest, if tall { 2 } else { 1 });
    let most = (rest.height / 3).max(2);
    let lanes = top(&mut rest, most.min(u16::try_from(needs.lanes).unwrap_or(most)));
    let path = top(&mut rest, u16::from(needs.path));
    let said = u16::try_from(needs.said).unwrap_or(u16::MAX);
    let share = if needs.asked { area.height / 4 } else { area.height / 3 };
    let said = bottom(&mut rest, said.min(share.max(4)));
    let events = match rest.height {
        0..3 => 0,
        3..7 => 1,
        7..10 => 3,
        tall => (tall / 3).clamp(3, 7),
    };
    let events = bottom(&mut rest, events);
    let (source, lines) = if area.width >= BESIDE {
        let left = rest.width * 11 / 20;
        (Rect { width: left, ..rest }, Rect { x: rest.x + left + 1, width: rest.width - left - 1, ..rest })
    } else {
        let below = if rest.height >= 8 { rest.height / 2 } else { u16::from(rest.height >= 3) };
        let lines = bottom(&mut rest, below);
        (rest, lines)
    };
    Some(Places { head, ruler, lanes, path, source, lines, events, said, foot })
}

fn top(rest: &mut Rect, rows: u16) -> Rect {
    let rows = rows.min(rest.height);
    let taken = Rect { height: rows, ..*rest };
    (rest.y, rest.height) = (rest.y + rows, rest.height - rows);
    taken
}

fn bottom(rest: &mut Rect, rows: u16) -> Rect {
    let rows = rows.min(rest.height);
    rest.height -= rows;
    Rect { y: rest.y + rest.height, height: rows, ..*rest }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_pane_lies_on_another() {
        for (width, height) in (1..=130).flat_map(|w| (1..=60).map(move |h| (w, h))) {
            let area = Rect { x: 0, y: 0, width, height };
            let needs = Needs {
                lanes: 11,
                path: height % 2 == 0,
                said: usize::from(width % 5),
                asked: width % 2 == 0,
            };
            let Some(places) = places(area, needs) else { continue };
            let Places { head, ruler, lanes, path, source, lines, events, said, foot } = places;
            let all = [head, ruler, lanes, path, source, lines, events, said, foot];
            let all: Vec<&Rect> = all.iter().filter(|rect| !rect.is_empty()).collect();
            for (at, one) in all.iter().enumerate() {
                assert_eq!(one.intersection(area), **one, "{width}x{height}");
                assert!(all[..at].iter().all(|other| !other.intersects(**one)), "{width}x{height}");
            }
            assert!(head.height >= 2 && foot.height == 1 && lanes.height >= 1, "{width}x{height}");
        }
    }
}
