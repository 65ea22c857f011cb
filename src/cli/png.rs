//! Pictures as PNG: the SVG drawn with the fonts of this machine; the only file that knows resvg.

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::fontdb::{Database, Family, Query};
use resvg::usvg::{Group, Node, Options, Tree};

/// Asked for in this order where a picture says `sans-serif`. They are metrically alike enough for its columns.
const FONTS: [&str; 10] = [
    "Inter",
    "Noto Sans",
    "Segoe UI",
    "Helvetica Neue",
    "Helvetica",
    "Arial",
    "Roboto",
    "Cantarell",
    "Liberation Sans",
    "DejaVu Sans",
];

/// A picture of more pixels would take more than 400 MB while it is drawn.
const MOST_PIXELS: u64 = 100_000_000;

/// Draws an SVG with so many pixels for each of its own.
///
/// # Errors
/// There is no font on this machine, or the picture is too large.
pub fn png(svg: &str, scale: u32) -> Result<Vec<u8>, String> {
    let mut options = Options::default();
    options.fontdb_mut().load_system_fonts();
    choose(options.fontdb_mut())?;
    let tree =
        Tree::from_str(svg, &options).map_err(|error| format!("the picture cannot be drawn: {error}"))?;
    if let Some(missing) = missing(tree.root()) {
        let way_out = "install one that has (Noto covers most scripts), or write an .svg, whose reader brings the fonts";
        return Err(format!("no font on this machine has `{missing}`; {way_out}"));
    }
    let pixels = |length: f32| (f64::from(length) * f64::from(scale)).ceil() as u64;
    let (width, height) = (pixels(tree.size().width()), pixels(tree.size().height()));
    let too_large = || {
        let way_out = "draw fewer lanes (--lanes-max), a smaller --scale, or write an .svg";
        format!("{width} × {height} pixels are too many for a PNG; {way_out}")
    };
    if width.saturating_mul(height) > MOST_PIXELS {
        return Err(too_large());
    }
    let mut pixmap = Pixmap::new(width as u32, height as u32).ok_or_else(too_large)?;
    let factor = scale as f32;
    resvg::render(&tree, Transform::from_scale(factor, factor), &mut pixmap.as_mut());
    pixmap.encode_png().map_err(|error| format!("the picture cannot be written as PNG: {error}"))
}

/// One of the fonts for `sans-serif`.
fn choose(fonts: &mut Database) -> Result<(), String> {
    let known =
        |name: &&str| fonts.query(&Query { families: &[Family::Name(name)], ..Query::default() }).is_some();
    let proportional = || {
        let face = fonts.faces().find(|face| !face.monospaced)?;
        face.families.first().map(|(name, _)| name.clone())
    };
    let chosen = FONTS.into_iter().find(known).map(str::to_string).or_else(proportional);
    let Some(family) = chosen else {
        let way_out = "install one (DejaVu Sans, Noto Sans), or write an .svg, whose reader brings the fonts";
        return Err(format!("a PNG takes a font, and there is none on this machine; {way_out}"));
    };
    fonts.set_sans_serif_family(family);
    Ok(())
}

/// What would be drawn as an empty box: glyph 0 is that of a character which no font has.
fn missing(group: &Group) -> Option<String> {
    group.children().iter().find_map(|node| match node {
        Node::Group(inner) => missing(inner),
        Node::Text(text) => {
            let mut glyphs = text.layouted().iter().flat_map(|span| &span.positioned_glyphs);
            glyphs.find(|glyph| glyph.id.0 == 0).map(|glyph| glyph.text.clone())
        }
        Node::Path(_) | Node::Image(_) => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_font_there_is_no_picture() {
        let refusal = choose(&mut Database::new()).expect_err("there is no font");
        assert!(refusal.contains("there is none on this machine; install one"), "{refusal}");
    }
}
