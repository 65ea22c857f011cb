//! The fenced blocks of a chapter that begin with `cosim`; the only file that knows pulldown-cmark.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag};

/// A block, by places in the text of the chapter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fence {
    /// From the first backtick to the end of the last line.
    pub whole: Range<usize>,
    /// What stands behind the backticks.
    pub info: Range<usize>,
    /// The lines between, if they stand by themselves; in a list or a quotation they have something before them.
    pub body: Option<Range<usize>>,
    /// The same lines without what stands before them.
    pub text: String,
    /// What stands before each line of the block but the first.
    pub prefix: String,
}

/// In the order of the chapter.
pub fn fences(text: &str) -> Vec<Fence> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_TASKLISTS;
    let mut found = Vec::new();
    let mut open: Option<(Range<usize>, String)> = None;
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) if is_ours(&info) => {
                open = Some((range, String::new()));
            }
            Event::Text(part) => {
                if let Some((_, body)) = &mut open {
                    body.push_str(&part);
                }
            }
            Event::End(_) => {
                if let Some((whole, body)) = open.take() {
                    found.extend(fence(text, whole, body));
                }
            }
            _others => {}
        }
    }
    found
}

fn is_ours(info: &str) -> bool {
    let word = info.split(|c: char| c == ',' || c.is_whitespace()).next();
    word == Some("cosim")
}

fn fence(text: &str, whole: Range<usize>, body: String) -> Option<Fence> {
    let line_end = text[whole.clone()].find('\n').map_or(whole.end, |at| whole.start + at);
    let first = &text[whole.start..line_end];
    let marks = first.chars().take_while(|c| *c == '`' || *c == '~').count();
    let gap = first[marks..].len() - first[marks..].trim_start().len();
    let info = whole.start + marks + gap..whole.start + first.trim_end().len().max(marks + gap);
    if !is_ours(&text[info.clone()]) {
        // It says so in other letters: `&#99;osim`.
        return None;
    }
    let line = text[..whole.start].rfind('\n').map_or(0, |newline| newline + 1);
    let before = &text[line..whole.start];
    let quoted = |c: char| if c == '>' || c == '\t' { c } else { ' ' };
    let prefix =
        if before.trim().is_empty() { before.to_string() } else { before.chars().map(quoted).collect() };
    let from = (line_end + 1).min(whole.end);
    let own = text.get(from..from + body.len()).is_some_and(|lines| lines == body);
    let place = own.then(|| from..from + body.len());
    Some(Fence { whole, info, body: place, text: body, prefix })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_blocks_and_only_those() {
        let text = "# T\n\n```cosim,show=\"svg\"\nmain { }\n```\n\n```rust\nfn main() {}\n```\n\n~~~~cosim\n```\n~~~~\n\n    ```cosim\n    no\n    ```\n\n`cosim`\n";
        let found = fences(text);
        let infos: Vec<&str> = found.iter().map(|fence| &text[fence.info.clone()]).collect();
        assert_eq!(infos, ["cosim,show=\"svg\"", "cosim"]);
        assert_eq!(found[0].text, "main { }\n");
        assert_eq!(&text[found[0].body.clone().expect("it stands by itself")], "main { }\n");
        assert_eq!(&text[found[0].whole.clone()], "```cosim,show=\"svg\"\nmain { }\n```");
    }

    #[test]
    fn lists_and_quotations_have_something_before() {
        let text =
            "* a list\n\n  ```cosim\n  main {\n      work 1s\n  }\n  ```\n\n> ```cosim\n> main { }\n> ```\n";
        let found = fences(text);
        assert_eq!(found[0].text, "main {\n    work 1s\n}\n");
        assert_eq!((found[0].prefix.as_str(), found[1].prefix.as_str()), ("  ", "> "));
        assert_eq!((found[0].body.clone(), found[1].text.as_str()), (None, "main { }\n"));
    }

    #[test]
    fn whatever_is_written_is_read() {
        assert_eq!(fences("```  cosim,ignore\n```\n")[0].info, 5..17);
        assert_eq!(fences("```&#99;osim\n```\n"), []);
        for text in [
            "```cosim",
            "```cosim\n",
            "> ```cosim\nmain",
            "```cosim,\n```",
            "- ```cosim\n\n\n- x",
            "```cosim\r\nmain { }\r\n```\r\n",
        ] {
            for fence in fences(text) {
                assert!(text[fence.whole.clone()].len() >= fence.info.len(), "{text:?}");
            }
        }
    }
}
