//! The colours of reports as those of the screen.

use ratatui::style::{Color, Modifier, Style};

use crate::report::style::{self, DARK, Ink, Rgb, cube};

/// What the terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paint(pub style::Style);

impl Paint {
    /// Something in this ink.
    pub fn ink(self, ink: Ink) -> Style {
        let style = Style::new();
        match (ink, ink.color()) {
            (Ink::Faint, _) => style.add_modifier(Modifier::DIM),
            (_, None) => style.add_modifier(Modifier::BOLD),
            (Ink::Good | Ink::Bad, Some(color)) => self.fore(style.add_modifier(Modifier::BOLD), color),
            (Ink::Held, Some(color)) => match Ink::Io.color() {
                Some(ground) => self.back(self.fore(style, color), ground),
                None => style,
            },
            (_, Some(color)) => self.fore(style, color),
        }
    }

    /// Something written on a ground of this ink.
    pub fn on(self, ink: Ink) -> Style {
        let ink = if ink == Ink::Held { Ink::Io } else { ink };
        match ink.color() {
            Some(color) => self.back(self.fore(Style::new(), (DARK, 0)), color),
            None => Style::new().add_modifier(Modifier::REVERSED),
        }
    }

    pub fn has_color(self) -> bool {
        self.0.color != style::Color::None
    }

    /// One of two spellings.
    pub fn glyph<T>(self, unicode: T, ascii: T) -> T {
        self.0.glyph(unicode, ascii)
    }

    fn fore(self, style: Style, color: (Rgb, u8)) -> Style {
        self.color(color).map_or(style, |color| style.fg(color))
    }

    fn back(self, style: Style, color: (Rgb, u8)) -> Style {
        self.color(color).map_or(style, |color| style.bg(color))
    }

    fn color(self, (rgb, sixteen): (Rgb, u8)) -> Option<Color> {
        match self.0.color {
            style::Color::None => None,
            style::Color::Sixteen => Some(Color::Indexed(sixteen)),
            style::Color::Indexed => u8::try_from(cube(rgb)).ok().map(Color::Indexed),
            style::Color::True => Some(Color::Rgb(rgb.0, rgb.1, rgb.2)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_colour_nothing_is_coloured() {
        let inks = [Ink::Running, Ink::Ready, Ink::Blocked, Ink::Io, Ink::Sleeping, Ink::Held, Ink::Bad];
        let plain = Paint(style::Style::plain(80));
        let bright = Paint(style::Style { color: style::Color::True, ..style::Style::plain(80) });
        for ink in inks {
            for style in [plain.ink(ink), plain.on(ink)] {
                assert_eq!((style.fg, style.bg), (None, None));
            }
            assert!(bright.ink(ink).fg.is_some() && bright.on(ink).bg.is_some());
        }
    }
}
