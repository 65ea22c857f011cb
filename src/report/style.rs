//! How a report may look: colours, glyphs, columns. The palette is that of `docs/metrics.md`, for dark and light ground.

/// What the place a report goes to can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    pub color: Color,
    /// Otherwise ASCII only, besides what names and labels bring along.
    pub unicode: bool,
    /// Columns.
    pub width: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Color {
    None,
    /// The sixteen colours every terminal has.
    Sixteen,
    /// The 256 of xterm.
    Indexed,
    True,
}

/// What is coloured. The colours of states tell them apart for every kind of colour vision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    Running,
    Ready,
    Blocked,
    Io,
    Sleeping,
    Overhead,
    Held,
    /// Titles.
    Strong,
    /// Rulers, settings, idle time.
    Faint,
    /// The best of a row, what came true.
    Good,
    /// What did not.
    Bad,
}

impl Style {
    /// No colour, no Unicode: what a pipe gets.
    pub fn plain(width: usize) -> Style {
        Style { color: Color::None, unicode: false, width }
    }

    /// `text` in `ink`.
    pub fn paint(self, ink: Ink, text: &str) -> String {
        self.sgr(text, &ink.foreground(self.color))
    }

    /// `text` written on a ground of `ink`: a label inside a bar.
    pub fn paint_on(self, ink: Ink, text: &str) -> String {
        self.sgr(text, &ink.ground(self.color))
    }

    fn sgr(self, text: &str, codes: &str) -> String {
        if self.color == Color::None || text.is_empty() {
            return text.to_string();
        }
        format!("\x1b[{codes}m{text}\x1b[0m")
    }

    /// One of two spellings.
    pub fn glyph<T>(self, unicode: T, ascii: T) -> T {
        if self.unicode { unicode } else { ascii }
    }
}

/// Red, green, blue.
pub type Rgb = (u8, u8, u8);
pub const DARK: Rgb = (0x0f, 0x11, 0x17);
const GREEN: Rgb = (0x2f, 0xa3, 0x7c);
const BLUE: Rgb = (0x7c, 0xc4, 0xf2);

impl Ink {
    /// The colour, and the nearest of the sixteen.
    pub fn color(self) -> Option<(Rgb, u8)> {
        match self {
            Ink::Running | Ink::Held | Ink::Good => Some((GREEN, 2)),
            Ink::Ready => Some(((0xf0, 0xe4, 0x42), 3)),
            Ink::Blocked | Ink::Bad => Some(((0xe8, 0x63, 0x2b), 1)),
            Ink::Io => Some((BLUE, 4)),
            Ink::Sleeping => Some(((0x8a, 0x93, 0xa8), 5)),
            Ink::Overhead | Ink::Strong | Ink::Faint => None,
        }
    }

    fn foreground(self, color: Color) -> String {
        match (self, self.color()) {
            (Ink::Faint, _) => "2".to_string(),
            (Ink::Good | Ink::Bad, Some(c)) => format!("1;{}", code(c, color, false)),
            // A bar of the worker's colour with the colour of waiting between: busy with nothing.
            (Ink::Held, Some(c)) => format!("{};{}", code(c, color, false), code((BLUE, 4), color, true)),
            (_, Some(c)) => code(c, color, false),
            (_, None) => "1".to_string(),
        }
    }

    fn ground(self, color: Color) -> String {
        let ink = if self == Ink::Held { Ink::Io } else { self };
        match ink.color() {
            Some(c) => format!("{};{}", code((DARK, 0), color, false), code(c, color, true)),
            None => "7".to_string(),
        }
    }
}

fn code((rgb, sixteen): (Rgb, u8), color: Color, ground: bool) -> String {
    let base = if ground { 48 } else { 38 };
    match color {
        Color::None => String::new(),
        Color::Sixteen => format!("{}", base - 8 + u32::from(sixteen)),
        Color::Indexed => format!("{base};5;{}", cube(rgb)),
        Color::True => format!("{base};2;{};{};{}", rgb.0, rgb.1, rgb.2),
    }
}

/// The nearest colour of xterm's cube of 6 × 6 × 6, whose steps are 0, 95, 135, 175, 215, 255.
pub fn cube((r, g, b): Rgb) -> u32 {
    let step = |v: u8| match v {
        0..48 => 0,
        48..115 => 1,
        _ => (u32::from(v) - 35) / 40,
    };
    16 + 36 * step(r) + 6 * step(g) + step(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_come_in_three_depths_and_none() {
        let with = |color| Style { color, ..Style::plain(80) }.paint(Ink::Running, "x");
        assert_eq!(with(Color::None), "x");
        assert_eq!(with(Color::Sixteen), "\x1b[32mx\x1b[0m");
        assert_eq!(with(Color::Indexed), "\x1b[38;5;36mx\x1b[0m");
        assert_eq!(with(Color::True), "\x1b[38;2;47;163;124mx\x1b[0m");
    }
}
