//! Hostile texts: whatever they are, the parser answers, within the stack of an ordinary thread.

use crate::lang::parse::limits::ParseLimits;
use crate::lang::parse::parser::{parse, parse_expression};
use crate::source::SourceId;

const MANY: usize = 200_000;
/// Of what is read to its end, fewer do.
const LONG: usize = 20_000;

/// The codes found, in a thread with the stack that a thread has by default.
fn codes(text: String) -> Vec<&'static str> {
    codes_within(text, ParseLimits { max_bytes: 1 << 30, ..ParseLimits::default() })
}

#[allow(clippy::disallowed_methods, reason = "a stack of a known size is what is tested")]
fn codes_within(text: String, limits: ParseLimits) -> Vec<&'static str> {
    let parser = std::thread::Builder::new().stack_size(2 << 20).spawn(move || {
        let (_, problems) = parse(SourceId(0), &text, 0, &limits);
        let _ = parse_expression(SourceId(0), &text, 0);
        problems.iter().map(|problem| problem.code).collect()
    });
    parser.expect("a thread can be started").join().expect("the parser does not panic")
}

fn in_main(body: &str) -> String {
    format!("main {{\n x = {body}\n}}\n")
}

#[test]
fn brackets_without_end() {
    for bracket in ["(", "[", "{", "f(", "x[", "\"{", "if x { ", "a(b[\"{", "select { x => {", "try { "] {
        for text in [
            bracket.repeat(MANY),
            in_main(&bracket.repeat(MANY)),
            format!("main {{ {}", bracket.repeat(MANY)),
        ] {
            let codes = codes(text);
            assert!(codes.contains(&"E0006"), "{bracket}: {:?}", codes.first());
        }
    }
}

#[test]
fn closers_without_beginning() {
    for closer in [")", "]", "}", ") ] }", "\n}"] {
        assert!(codes(closer.repeat(MANY / 10)).contains(&"E0003"), "{closer}");
    }
}

#[test]
fn chains_without_end() {
    for (link, times) in [("not ", MANY), ("- ", MANY), ("-", MANY), ("await ", LONG), ("cancel ", LONG)] {
        assert_eq!(codes(in_main(&format!("{}x", link.repeat(times)))), ["E0008"], "{link}");
    }
    for (link, times) in [("1+", MANY), ("a or ", LONG), ("x == y and ", LONG), ("1 + 2 * 3 - ", LONG)] {
        assert_eq!(codes(in_main(&format!("{}1", link.repeat(times)))), ["E0008"], "{link}");
    }
    for (link, times) in
        [(".b", MANY), (".b()", LONG), ("[0]", LONG), ("(1)", LONG), (" x", LONG), ("=", LONG)]
    {
        let codes = codes(in_main(&format!("a{}", link.repeat(times))));
        assert_eq!(codes.len(), 1, "{link}: {codes:?}");
    }
    assert_eq!(codes(in_main(&format!("spawn t(){}", " priority spawn t()".repeat(LONG)))).len(), 1);
    assert_eq!(codes(in_main(&format!("spawn t(){}", " daemon".repeat(LONG)))).last(), Some(&"E0031"));
}

#[test]
fn long_is_not_deep() {
    let all: [String; 5] = [
        format!("main {{ if a {{ }}{} }}", " else if a { }".repeat(LONG)),
        format!("main {{ {} }}", "work 1ms\n".repeat(LONG)),
        in_main(&format!("[{}]", "1,".repeat(LONG))),
        in_main(&format!("\"{}\"", "{x} ".repeat(LONG))),
        format!("main {{ try {{ }} catch e {{ }} }} {}", "/* x */ // y\n".repeat(LONG)),
    ];
    for text in all {
        assert_eq!(codes(text), Vec::<&str>::new());
    }
}

#[test]
fn as_deep_as_the_limit() {
    let limits = ParseLimits { max_nesting: usize::MAX, ..ParseLimits::default() };
    let (depth, codes) = (limits.nesting(), |text: String| codes_within(text, limits));
    for (open, middle, close) in [
        ("(", "1", ")"),
        ("[", "1", "]"),
        ("f(", "1", ")"),
        ("g(x, a: ", "1", ")"),
        ("x[- ", "1", "]"),
        ("\"{", "1", "}\""),
        ("a + b * (not ", "c", ")"),
        ("await f(await ", "c", ")"),
        ("spawn f(h for h in ", "c", ")"),
    ] {
        let n = depth - 1;
        let text = in_main(&format!("{}{middle}{}", open.repeat(n), close.repeat(n)));
        let found = codes(text);
        assert!(found.iter().all(|code| *code == "E0008"), "{open}: {found:?}");
        let text = in_main(&format!("{}{middle}{}", open.repeat(n + 1), close.repeat(n + 1)));
        assert_eq!(codes(text), ["E0006"], "{open}");
    }
    for open in
        ["if x {", "while x {", "for x in y {", "try { } catch e {", "timeout 5s {", "group g {", "x = = {"]
    {
        let n = depth - 1;
        let found = codes(format!("main {{ {} {} }}", open.repeat(n), "}".repeat(n)));
        assert!(found.iter().all(|code| *code == "E0001"), "{open}: {found:?}");
    }
    let selects = (depth - 1) / 2;
    let text =
        format!("main {{ {} {} }}", "select { v = c.recv() => {".repeat(selects), "} }".repeat(selects));
    assert_eq!(codes(text), Vec::<&str>::new());
}

#[test]
fn a_limit_raised_too_far_is_no_overflow() {
    let limits = ParseLimits { max_nesting: usize::MAX, max_bytes: usize::MAX };
    for (open, close) in [("(", ")"), ("[", "]"), ("f(", ")"), ("\"{", "}\""), ("x[", "]")] {
        let text = in_main(&format!("{}1{}", open.repeat(MANY), close.repeat(MANY)));
        let codes = codes_within(text, limits);
        assert!(codes == ["E0006"] || codes == ["E0008"], "{open}: {codes:?}");
    }
    let text = format!("main {{ {}{} }}", "if x {".repeat(MANY), "}".repeat(MANY));
    assert_eq!(codes_within(text, limits), ["E0006"]);
}

#[test]
fn a_file_can_be_too_large() {
    assert_eq!(
        codes_within(" ".repeat(101), ParseLimits { max_bytes: 100, ..ParseLimits::default() }),
        ["E0007"]
    );
}

/// Every prefix, every text with one character left out or doubled: an answer, with a place inside the text.
#[test]
fn broken_in_every_way() {
    let text = "param n = 0x1F\ntask t(a) {\n  with x { work 5ms \"l {a + 1}\" }\n  if a == 'q' { f(1, [2]) } else { y = -1.5 }\n  select { v = c.recv() => { } after 1s => { } }\n}\nmain { try { } finally { } /* c */ }\n";
    let characters: Vec<char> = text.chars().collect();
    for i in 0..characters.len() {
        let prefix: String = characters[..i].iter().collect();
        let without: String = characters[..i].iter().chain(&characters[i + 1..]).collect();
        let doubled: String = characters[..=i].iter().chain(&characters[i..]).collect();
        let wide: String = characters[..i].iter().chain(&['“']).chain(&characters[i..]).collect();
        for text in [prefix, without, doubled, wide] {
            let (_, problems) = parse(SourceId(0), &text, 7, &ParseLimits::default());
            for label in problems.iter().flat_map(|problem| &problem.labels) {
                let range = label.span.range();
                assert!(range.start >= 7 && range.end <= text.len() + 7, "{text}");
                assert!(text.get(range.start - 7..range.end - 7).is_some(), "{text}");
            }
        }
    }
}
