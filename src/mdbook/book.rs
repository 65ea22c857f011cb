//! A whole book: what mdBook sends becomes what it takes back.

use serde_json::Value;

use crate::mdbook::chapter::{Page, World, chapter};
use crate::mdbook::protocol::{Context, chapters};
use crate::mdbook::settings::Settings;
use crate::mdbook::show::Picture;

/// What became of a book.
#[derive(Debug)]
pub struct Outcome {
    pub book: Value,
    /// Files for the folder of pictures.
    pub pictures: Vec<Picture>,
    /// Mistakes and warnings, drawn.
    pub said: String,
    /// Blocks that could not be shown, where that is a failure.
    pub broken: usize,
}

/// Shows the blocks of every chapter.
pub fn book(context: &Context, mut book: Value, settings: &Settings, world: &dyn World) -> Outcome {
    let (mut pictures, mut said, mut broken): (Vec<Picture>, _, _) = (Vec::new(), String::new(), 0);
    let src = context.src.trim_end_matches('/');
    chapters(&mut book, &mut |found| {
        let page = Page {
            path: &found.path,
            file: format!("{src}/{}", found.source),
            content: found.content,
            html: context.renderer == "html",
        };
        let done = chapter(&page, settings, world);
        *found.content = done.content;
        for picture in done.pictures {
            if !pictures.contains(&picture) {
                pictures.push(picture);
            }
        }
        said.push_str(&done.said);
        broken += done.broken;
    });
    Outcome { book, pictures, said, broken }
}
