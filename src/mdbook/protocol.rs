//! What mdBook sends and takes back: `[context, book]` as JSON, in the forms of 0.4 and 0.5.
//!
//! A book is read as far as blocks are concerned, and everything else is sent back as it came. Its chapters stand in
//! `sections` in 0.4, in `items` in 0.5.

use serde_json::Value;

/// What mdBook says besides the book.
#[derive(Debug, Clone)]
pub struct Context {
    /// The folder of `book.toml`.
    pub root: String,
    /// The folder of the chapters, relative to it.
    pub src: String,
    /// Who will draw the book: `html`, `markdown`, `epub`, …
    pub renderer: String,
    /// The table `[preprocessor.cosim]`.
    pub settings: Value,
}

/// A chapter that has a text.
pub struct Chapter<'a> {
    /// Of its file, relative to the chapters, with `/` between folders.
    pub path: String,
    /// The file it was read from.
    pub source: String,
    pub content: &'a mut String,
}

const BOTH: &str = "mdbook-cosim knows what mdBook 0.4 and 0.5 send";

/// Takes apart what mdBook sends.
///
/// # Errors
/// A sentence that says what is missing.
pub fn read(input: &str) -> Result<(Context, Value), String> {
    let sent: Value = serde_json::from_str(input)
        .map_err(|error| format!("what mdBook sent is no JSON ({error}); {BOTH}"))?;
    let Value::Array(mut parts) = sent else {
        return Err(format!("what mdBook sent is not `[context, book]`; {BOTH}"));
    };
    let (Some(book), Some(context), true) = (parts.pop(), parts.pop(), parts.is_empty()) else {
        return Err(format!("what mdBook sent is not `[context, book]`; {BOTH}"));
    };
    let version = text(&context, "/mdbook_version").unwrap_or("of no version");
    if list(&book).is_none() {
        return Err(format!(
            "the book that mdBook {version} sent has its chapters neither in `items` nor in `sections`; {BOTH}"
        ));
    }
    let needed = |pointer: &str| {
        let missing = || format!("what mdBook {version} sent has no `{}`; {BOTH}", &pointer[1..]);
        text(&context, pointer).map(str::to_string).ok_or_else(missing)
    };
    let (root, renderer) = (needed("/root")?, needed("/renderer")?);
    let src = text(&context, "/config/book/src").unwrap_or("src").to_string();
    let settings = context.pointer("/config/preprocessor/cosim").cloned().unwrap_or(Value::Null);
    Ok((Context { root, src, renderer, settings }, book))
}

fn text<'a>(value: &'a Value, pointer: &str) -> Option<&'a str> {
    value.pointer(pointer).and_then(Value::as_str)
}

/// The key under which a book has its chapters.
fn list(book: &Value) -> Option<&'static str> {
    ["items", "sections"].into_iter().find(|key| book.get(key).is_some_and(Value::is_array))
}

/// Shows every chapter that has a text, in the order of the book.
pub fn chapters(book: &mut Value, see: &mut dyn FnMut(Chapter<'_>)) {
    let Some(key) = list(book) else { return };
    items(&mut book[key], see);
}

/// Chapters lie within chapters as deep as mdBook's own reader goes.
fn items(list: &mut Value, see: &mut dyn FnMut(Chapter<'_>)) {
    let Value::Array(list) = list else { return };
    for chapter in list.iter_mut().filter_map(|item| item.get_mut("Chapter")) {
        let path = text(chapter, "/path").map(slashed);
        let source = text(chapter, "/source_path").map(slashed).or_else(|| path.clone());
        if let (Some(path), Some(source), Some(Value::String(content))) =
            (path, source, chapter.get_mut("content"))
        {
            see(Chapter { path, source, content });
        }
        if let Some(inner) = chapter.get_mut("sub_items") {
            items(inner, see);
        }
    }
}

fn slashed(path: &str) -> String {
    path.replace('\\', "/")
}
