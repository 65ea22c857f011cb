//! The rules of style of one picture: fonts, and colours for the ground it is drawn on.

use crate::report::svg::palette::{DARK, Ground, LIGHT, Palette};

const FONTS: &str = ".title{font-size:18px;font-weight:600}.strong{font-weight:600}.small{font-size:11px}.name{font-size:12px}";

/// Each rule for this picture alone; `more` are the rules that come to those of a ground.
pub fn sheet(salt: &str, ground: Ground, more: impl Fn(&Palette) -> String) -> String {
    let own = |rules: &str| {
        let split = rules.split('}').filter(|rule| !rule.is_empty());
        split.map(|rule| format!(".{salt} {rule}}}")).collect::<String>()
    };
    let rules = |palette: &Palette| own(&(palette.rules() + &more(palette)));
    let base = format!(".{salt} text{{font-family:system-ui,sans-serif;font-size:13px}}{}", own(FONTS));
    match ground {
        Ground::Light => base + &rules(&LIGHT),
        Ground::Dark => base + &rules(&DARK),
        Ground::Auto => {
            format!("{base}{}@media(prefers-color-scheme:dark){{{}}}", rules(&LIGHT), rules(&DARK))
        }
    }
}
