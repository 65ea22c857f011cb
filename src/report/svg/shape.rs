//! What a stretch of a lane looks like: a colour, and a pattern that survives grey paper.

use crate::report::cells::Shown;
use crate::report::svg::canvas::{Canvas, number};

/// Pixels a lane is high, and apart from the next.
pub const HEIGHT: f64 = 16.0;
pub const PITCH: f64 = 21.0;

/// The patterns, under ids of their own in every picture.
pub fn definitions(canvas: &mut Canvas, salt: &str) {
    canvas.open("defs", &[]);
    pattern(canvas, salt, "ready", "6", "ready", "M-1 1L1 -1M0 6L6 0M5 7L7 5", "hatch");
    pattern(canvas, salt, "blocked", "6", "blocked", "M0 0L6 6M0 6L6 0", "cross");
    pattern(canvas, salt, "held", "5", "ground", "M0 5L5 0", "held-line");
    canvas.close("defs");
}

fn pattern(canvas: &mut Canvas, salt: &str, id: &str, size: &str, fill: &str, path: &str, stroke: &str) {
    let attributes = [
        ("id", format!("{salt}-{id}")),
        ("width", size.to_string()),
        ("height", size.to_string()),
        ("patternUnits", "userSpaceOnUse".to_string()),
    ];
    canvas.open("pattern", &attributes);
    let size = |name| (name, size.to_string());
    canvas.empty("rect", &[size("width"), size("height"), ("class", fill.to_string())]);
    canvas.empty(
        "path",
        &[("d", path.to_string()), ("class", stroke.to_string()), ("stroke-width", "1".into())],
    );
    canvas.close("pattern");
}

/// Draws one stretch; `tip` is shown where pictures have tips, and read aloud.
pub fn draw(canvas: &mut Canvas, shown: Shown, x: f64, y: f64, width: f64, salt: &str) {
    let filled = |class: &str, top: f64, height: f64| {
        [
            ("x", number(x)),
            ("y", number(y + top)),
            ("width", number(width)),
            ("height", number(height)),
            ("class", class.to_string()),
        ]
    };
    let patterned = |id: &str| {
        [
            ("x", number(x)),
            ("y", number(y)),
            ("width", number(width)),
            ("height", number(HEIGHT)),
            ("fill", format!("url(#{salt}-{id})")),
        ]
    };
    let edge = |canvas: &mut Canvas, class: &str| {
        // An edge lies inside, so that neighbours do not overlap.
        if width >= 2.0 {
            let inner = [
                ("x", number(x + 0.5)),
                ("y", number(y + 0.5)),
                ("width", number(width - 1.0)),
                ("height", number(HEIGHT - 1.0)),
                ("class", class.to_string()),
            ];
            canvas.empty("rect", &inner);
        }
    };
    match shown {
        Shown::Running => canvas.empty("rect", &filled("running", 0.0, HEIGHT)),
        Shown::Held => {
            canvas.empty("rect", &patterned("held"));
            edge(canvas, "held-edge");
        }
        Shown::Ready => {
            canvas.empty("rect", &patterned("ready"));
            edge(canvas, "ready-edge");
        }
        Shown::Blocked => canvas.empty("rect", &patterned("blocked")),
        Shown::Io => canvas.empty("rect", &filled("io", HEIGHT / 4.0, HEIGHT / 2.0)),
        Shown::Sleeping => {
            canvas.empty("rect", &filled("sleeping", HEIGHT / 2.0 - 2.0, 4.0));
            canvas.empty("rect", &filled("faint", HEIGHT / 2.0 - 0.5, 1.0));
        }
        Shown::Overhead => canvas.empty("rect", &filled("overhead", 0.0, HEIGHT)),
        Shown::Broken => {
            let (left, right, top, bottom) = (x - 4.0, x + 4.0, y + 4.0, y + HEIGHT - 4.0);
            let [left, right, top, bottom] = [left, right, top, bottom].map(number);
            let d = format!("M{left} {top}L{right} {bottom}M{left} {bottom}L{right} {top}");
            canvas.empty("path", &[("d", d), ("class", "broken".into()), ("stroke-width", "2.5".into())]);
        }
        Shown::Idle | Shown::Absent => {}
    }
}
