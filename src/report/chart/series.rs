//! What a line looks like: a colour, a dash and a marker, so that it is known without its colour too.

use crate::report::svg::canvas::{Canvas, number};
use crate::report::svg::palette::{LIGHT, Palette};

/// Line colours by ground, apart from each other for colour-blind readers, and from the ground by 3 : 1 or more.
const ON_LIGHT: [&str; COLOURS] = ["#0055a0", "#e24a00", "#019568", "#b9709f", "#111827"];
const ON_DARK: [&str; COLOURS] = ["#479bff", "#f8a012", "#1fe0a0", "#f04aa8", "#f3f4f6"];
const COLOURS: usize = 5;

const DASHES: [&str; 4] = ["", "7 4", "2 3", "10 3 2 3"];

/// The rules of style of all lines.
pub fn rules(palette: &Palette) -> String {
    let colours = if palette.ground == LIGHT.ground { ON_LIGHT } else { ON_DARK };
    let rule = |(n, colour): (usize, &str)| {
        format!(".line-{n}{{fill:none;stroke:{colour}}}.fill-{n}{{fill:{colour}}}")
    };
    colours.into_iter().enumerate().map(rule).collect()
}

/// The class of what is filled in the colour of the n-th line.
pub fn fill(n: usize) -> String {
    format!("fill-{}", n % COLOURS)
}

/// How the n-th line is drawn.
pub fn stroke(n: usize) -> [(&'static str, String); 3] {
    let dash = DASHES[n % DASHES.len()];
    [
        ("class", format!("line-{}", n % COLOURS)),
        ("stroke-width", "2".to_string()),
        ("stroke-dasharray", if dash.is_empty() { "none".to_string() } else { dash.to_string() }),
    ]
}

/// The marker of the n-th line: a circle, a square, a triangle, a diamond, a cross, a triangle upside down.
pub fn marker(canvas: &mut Canvas, n: usize, x: f64, y: f64) {
    let at = |dx: f64, dy: f64| format!("{} {}", number(x + dx), number(y + dy));
    let corners = |corners: &[(f64, f64)]| {
        let points: Vec<String> = corners.iter().map(|&(dx, dy)| at(dx, dy)).collect();
        format!("M{}Z", points.join("L"))
    };
    let d = match n % 6 {
        0 => {
            let circle = [("cx", number(x)), ("cy", number(y)), ("r", "3.2".into()), ("class", fill(n))];
            return canvas.empty("circle", &circle);
        }
        1 => corners(&[(-3.0, -3.0), (3.0, -3.0), (3.0, 3.0), (-3.0, 3.0)]),
        2 => corners(&[(0.0, -4.0), (4.0, 3.2), (-4.0, 3.2)]),
        3 => corners(&[(0.0, -4.4), (4.4, 0.0), (0.0, 4.4), (-4.4, 0.0)]),
        4 => corners(&[
            (-4.0, -1.3),
            (-1.3, -1.3),
            (-1.3, -4.0),
            (1.3, -4.0),
            (1.3, -1.3),
            (4.0, -1.3),
            (4.0, 1.3),
            (1.3, 1.3),
            (1.3, 4.0),
            (-1.3, 4.0),
            (-1.3, 1.3),
            (-4.0, 1.3),
        ]),
        _turned => corners(&[(0.0, 4.0), (4.0, -3.2), (-4.0, -3.2)]),
    };
    canvas.empty("path", &[("d", d), ("class", fill(n))]);
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::report::svg::palette::DARK;
    use crate::report::svg::palette::tests::{apart, contrast};

    #[test]
    fn lines_stay_apart_for_every_reader() {
        for (colours, palette) in [(ON_LIGHT, LIGHT), (ON_DARK, DARK)] {
            for (n, one) in colours.iter().enumerate() {
                assert!(contrast(one, palette.ground) >= 3.0, "{one}");
                for other in &colours[n + 1..] {
                    assert!(apart(one, other) > 12.0, "{one} and {other}");
                }
            }
        }
    }

    #[test]
    fn without_colours_too() {
        let looks: BTreeSet<(String, usize)> = (0..12).map(|n| (stroke(n)[2].1.clone(), n % 6)).collect();
        assert_eq!(looks.len(), 12, "dash and marker differ");
    }
}
