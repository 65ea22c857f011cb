//! Slips people make: each recognised by its tokens, named, and answered with a way out.

use crate::diagnostic::Diagnostic;
use crate::lang::parse::foreign;
use crate::lang::parse::grammar::Expected;
use crate::lang::parse::literals;
use crate::lang::parse::signs;
use crate::lang::parse::token::{DECLARATIONS, KEYWORDS, Kind, STATEMENTS, is_keyword};
use crate::lang::parse::trouble::{Context, Trouble};
use crate::suggest::did_you_mean;

/// The first slip that is recognised, or the plain message.
pub fn explain(trouble: &Trouble) -> Diagnostic {
    SLIPS.iter().find_map(|slip| slip(trouble)).unwrap_or_else(|| trouble.plain())
}

type Slip = fn(&Trouble) -> Option<Diagnostic>;

/// In the order in which they are tried: what a line begins with, then where it breaks.
const SLIPS: [Slip; 24] = [
    stray_clause,
    foreign_task,
    async_block,
    print_word,
    misplaced_declaration,
    misplaced_statement,
    main_with_parameters,
    missing_parentheses,
    nameless_scope,
    bare_sleep,
    awaited_statement,
    signs::spaced_unit,
    signs::logic_sign,
    signs::increment,
    signs::equals_in_condition,
    signs::foreign_sign,
    foreign_word,
    signs::range_outside_for,
    reserved_name,
    misspelled_word,
    missing_block,
    signs::assignment_target,
    foreign_arm,
    small_hints,
];

fn stray_clause(t: &Trouble) -> Option<Diagnostic> {
    let word = t.word(0);
    if foreign::ELSE_IF.contains(&word) && t.context == Context::Statement {
        let problem = Diagnostic::error("E0023", t.span(0, 0), format!("`{word}` is written `else if`"))
            .label("not a word of this language")
            .suggest(t.span(0, 0), "else if", "two words");
        return Some(problem);
    }
    let owner = match word {
        "else" => "an `if`, `timeout` or `scope`",
        "catch" | "finally" => "a `try`",
        _ => return None,
    };
    t.stray_clause.then(|| {
        Diagnostic::error("E0023", t.span(0, 0), format!("this `{word}` belongs to nothing"))
            .label(format!("no block of {owner} ends before it"))
            .help(format!(
                "`{word}` follows the `}}` of {owner}; a statement or a stray `}}` in between cuts it off"
            ))
    })
}

fn foreign_task(t: &Trouble) -> Option<Diagnostic> {
    let foreign = (0..t.tokens.len()).take_while(|&i| foreign::TASK_WORDS.contains(&t.word(i))).count();
    let named = t.kind(foreign) == Some(Kind::Word) && t.word(foreign + 1) == "(";
    if !named || t.context == Context::Expression || t.context == Context::Arm {
        return None;
    }
    if foreign > 0 {
        let words = t.span(0, foreign - 1);
        let written = (0..foreign).map(|i| t.word(i)).collect::<Vec<_>>().join(" ");
        let mut problem = Diagnostic::error("E0024", words, format!("`{written}` is written `task`"))
            .label("not a word of this language")
            .suggest(words, "task", "every task can wait; nothing marks it `async`");
        if t.context == Context::Statement {
            problem = problem.help("tasks are declared at the outermost level, not inside of one another");
        }
        return Some(problem);
    }
    let opens_block = t.tokens.iter().skip(2).any(|token| token.kind == Kind::Open('{'));
    let plausible = t.context == Context::Item && opens_block && !is_keyword(t.word(0));
    plausible.then(|| {
        Diagnostic::error("E0024", t.span(0, 0), "a task begins with the word `task`")
            .label("this looks like a task")
            .suggest(
                t.place.span(t.tokens[0].start..t.tokens[0].start),
                "task ",
                "write `task` before its name",
            )
    })
}

/// `async with`, `async for`
fn async_block(t: &Trouble) -> Option<Diagnostic> {
    let mended = match (t.word(0), t.word(1)) {
        ("async", "with") => "with",
        ("async", "for") => "for await",
        ("await", "for") => "for await",
        ("await", "with") => "with",
        _ => return None,
    };
    let problem = Diagnostic::error("E0030", t.span(0, 1), format!("this is written `{mended}`"))
        .label("not a form of this language")
        .suggest(t.span(0, 1), mended, "`with` waits by itself; `for await` waits for each value");
    Some(problem)
}

/// `print x`; with a string or parentheses it can be read, and is answered there.
fn print_word(t: &Trouble) -> Option<Diagnostic> {
    let printed = foreign::PRINTERS.contains(&t.word(0)) && t.at == 1;
    let last = t.tokens.len().checked_sub(1).filter(|&last| printed && last > 0)?;
    let value = t.place.span(t.tokens[1].start..t.tokens[last].end).range();
    let written = &t.text[value.start - t.place.base..value.end - t.place.base];
    let text = if written.contains('"') { written.to_string() } else { format!("\"{{{written}}}\"") };
    let problem = Diagnostic::error("E0025", t.span(0, 0), format!("`{}` is written `log`", t.word(0)))
        .label("not a word of this language")
        .suggest(t.span(0, last), format!("log {text}"), "write a line into the trace with `log`");
    Some(problem)
}

/// A declaration inside of a block.
fn misplaced_declaration(t: &Trouble) -> Option<Diagnostic> {
    let word = t.word(0);
    let declares = DECLARATIONS.contains(&word) && (t.kind(1) == Some(Kind::Word) || word == "main");
    if t.context != Context::Statement || !declares || t.at > 1 {
        return None;
    }
    let problem =
        Diagnostic::error("E0019", t.span(0, 0), format!("`{word}` stands at the outermost level only"))
            .label("inside of a block")
            .help("move it out of the braces, or look for a `}` that is missing above");
    let problem = match word {
        "future" => problem.help("a future made on the way is `let f = future()`"),
        "shared" | "param" => problem.help("a variable of this block is `let x = …`"),
        _ => problem,
    };
    Some(problem)
}

/// A statement outside of every task.
fn misplaced_statement(t: &Trouble) -> Option<Diagnostic> {
    let word = t.word(0);
    if t.context != Context::Item || t.kind(0) != Some(Kind::Word) || DECLARATIONS.contains(&word) {
        return None;
    }
    let continues = ["=", "(", ".", "[", "+=", "-=", "++", "--"].contains(&t.word(1));
    let begins =
        STATEMENTS.contains(&word) || ["await", "cancel", "else", "catch", "finally"].contains(&word);
    if !begins && !continues {
        return None;
    }
    let problem = Diagnostic::error("E0019", t.span(0, 0), "a statement belongs in `main` or a task")
        .label("outside of every block");
    let problem = match word {
        "let" => problem
            .help("a value that can be set from outside is `param n = 10`, a variable every task sees is `shared n = 0`"),
        "else" | "catch" | "finally" => problem.help("the block above it was closed too early: count the `}`"),
        _ => problem.help("what happens first goes into `main { … }`; an extra `}` above can be the cause as well"),
    };
    Some(problem)
}

fn main_with_parameters(t: &Trouble) -> Option<Diagnostic> {
    if t.word(0) == "main" && t.word(1) == "(" && t.at == 1 {
        let close = (1..t.tokens.len()).find(|&i| t.word(i) == ")")?;
        let problem = Diagnostic::error("E0001", t.span(1, close), "`main` has no parameters")
            .label("nobody calls `main`")
            .suggest(
                t.span(0, close),
                "main",
                "leave the parentheses out; what can be set from outside is a `param`",
            );
        return Some(problem);
    }
    None
}

/// `task dry {`, `spawn t`
fn missing_parentheses(t: &Trouble) -> Option<Diagnostic> {
    let what = match t.at.checked_sub(2).map(|keyword| t.word(keyword)) {
        Some("task") => "a task has parentheses even without parameters",
        Some("spawn") => "a task is called with parentheses even without arguments",
        Some(_) | None => return None,
    };
    t.expects(Expected::Fixed("`(`")).then(|| t.plain().suggest(t.behind(t.at - 1), "()", what))
}

/// `scope { … }`
fn nameless_scope(t: &Trouble) -> Option<Diagnostic> {
    (t.word(0) == "scope" && t.word(1) == "{" && t.at == 1).then(|| {
        Diagnostic::error("E0001", t.span(0, 0), "a scope has a name")
            .label("nobody could cancel this one")
            .suggest(t.behind(0), " s", "give it a name, by which it is ended: `cancel s`")
    })
}

/// `sleep 5ms`
fn bare_sleep(t: &Trouble) -> Option<Diagnostic> {
    let verb = usize::from(t.word(0) == "await");
    let word = t.word(verb);
    let operand =
        matches!(t.kind(verb + 1), Some(Kind::Number | Kind::Word)) && !t.tokens[verb + 1].first_on_line;
    if !["sleep", "io", "wait", "delay"].contains(&word) || !operand || t.at != verb + 1 {
        return None;
    }
    let call = if word == "io" { "io" } else { "sleep" };
    let unit = literals::unit(t.word(verb + 2)).filter(|_| t.kind(verb + 1) == Some(Kind::Number));
    let last = verb + 1 + usize::from(unit.is_some());
    let duration = format!("{}{}", t.word(verb + 1), unit.unwrap_or_default());
    let problem =
        Diagnostic::error("E0028", t.span(0, last), format!("`{call}` is awaited and takes parentheses"))
            .label("not a statement of its own")
            .suggest(
                t.span(0, last),
                format!("await {call}({duration})"),
                "the task is suspended, so it says `await`",
            )
            .help("`work 5ms` computes, `block 5ms` holds the worker idle, `await sleep(5ms)` lets it go");
    Some(problem)
}

/// `await work 5ms`
fn awaited_statement(t: &Trouble) -> Option<Diagnostic> {
    let word = t.found_word();
    let awaited = t.at > 0 && t.word(t.at - 1) == "await" && t.kind(t.at) == Some(Kind::Word);
    let why = match word {
        "work" => "`work` computes: the worker is busy with it, there is nothing to await",
        "block" => "`block` holds the worker: that it cannot be awaited is its point",
        "with" | "group" | "select" | "timeout" => "blocks carry their await points with them",
        _ => return None,
    };
    awaited.then(|| {
        Diagnostic::error("E0035", t.span(t.at - 1, t.at), format!("`{word}` is not awaited"))
            .label("a statement, not something to wait for")
            .suggest(t.span(t.at - 1, t.at), word, why)
    })
}

fn foreign_word(t: &Trouble) -> Option<Diagnostic> {
    let first = t.word(0);
    let (foreign, own, why) = foreign::WORDS.iter().find(|(foreign, ..)| *foreign == first)?;
    let problem =
        Diagnostic::error("E0030", t.span(0, 0), format!("`{foreign}` is a word of other languages"))
            .label("means nothing here");
    Some(match *own {
        "let" | "fail" | "spawn" if *foreign != "del" => problem.suggest(t.span(0, 0), *own, *why),
        _ => problem.help(*why),
    })
}

/// `let daemon = 3`
fn reserved_name(t: &Trouble) -> Option<Diagnostic> {
    let assigned = t.at <= 1 && t.word(1) == "=" && t.context == Context::Statement;
    let index = if assigned { 0 } else { t.at };
    let word = t.word(index);
    if !is_keyword(word) || !(assigned || t.expects(Expected::Name)) {
        return None;
    }
    let problem =
        Diagnostic::error("E0020", t.span(index, index), format!("`{word}` is a word of the language"))
            .label("cannot be a name")
            .help(format!("choose another name, such as `{word}_` or `my_{word}`"));
    Some(problem)
}

/// `whlie x {`, `tsk wash() {`
fn misspelled_word(t: &Trouble) -> Option<Diagnostic> {
    let word = t.word(0);
    let candidates: &[&str] = match t.context {
        Context::Item => &DECLARATIONS,
        Context::Statement | Context::Arm => &KEYWORDS,
        Context::Expression => return None,
    };
    if t.kind(0) != Some(Kind::Word) || is_keyword(word) || t.at > 1 || DECLARATIONS.contains(&word) {
        return None;
    }
    if let Some(meant) = did_you_mean(word, candidates.iter().copied()) {
        let problem =
            Diagnostic::error("E0001", t.span(0, 0), format!("`{word}` is not a word of the language"))
                .label("begins neither a statement nor a declaration")
                .suggest(t.span(0, 0), meant, format!("did you mean `{meant}`?"));
        return Some(problem);
    }
    (t.context == Context::Item).then(|| {
        Diagnostic::error("E0001", t.span(0, 0), format!("expected a declaration, found `{word}`"))
            .label("begins no declaration")
            .help("at the outermost level stand `param`, `shared`, `metric`, objects such as `lock` or `channel`, `task` and `main`")
    })
}

/// `if x work 5ms`, `while x:`
fn missing_block(t: &Trouble) -> Option<Diagnostic> {
    if !t.expects(Expected::Block) || t.at == 0 {
        return None;
    }
    let word = t.found_word();
    let problem = Diagnostic::error("E0021", t.here(), format!("expected `{{`, found {}", t.found()));
    Some(match word {
        ":" => problem.label("blocks are written in braces").suggest(
            t.here(),
            " {",
            "open the block with `{`, close it with `}`",
        ),
        "then" | "do" => {
            problem.label("the block begins here").suggest(t.here(), "{", "open the block with `{`")
        }
        "=>" | "->" => problem.label("a block in braces is expected"),
        _ => problem
            .label("the block begins here")
            .help("write the block in braces, even if it is a single statement: `{ … }`"),
    })
}

/// `default: …`, `case v => { … }` in a `select`
fn foreign_arm(t: &Trouble) -> Option<Diagnostic> {
    let (label, help) = match t.word(0) {
        "case" | "when" => ("arms have no word before them", "write `v = orders.recv() => { … }`"),
        "default" | "else" | "_" => {
            ("means nothing here", "to go on at once if nothing is ready, write `after 0s => { … }`")
        }
        _ => return None,
    };
    let message = format!("`select` has no `{}`", t.word(0));
    let problem = Diagnostic::error("E0030", t.span(0, 0), message).label(label).help(help);
    (t.context == Context::Arm).then_some(problem)
}

/// The plain message, with a hint that costs nothing.
fn small_hints(t: &Trouble) -> Option<Diagnostic> {
    let found = t.found_word();
    if t.expects(Expected::End)
        && t.at > 0
        && t.kind(t.at) == Some(Kind::Word)
        && t.context == Context::Statement
    {
        let behind = t.behind(t.at - 1);
        let problem =
            Diagnostic::error("E0018", t.here(), format!("expected a new line or `;`, found {}", t.found()))
                .label("a second statement on this line")
                .suggest(behind, ";", "if both are to be on one line, separate them");
        return Some(problem);
    }
    let plain = t.plain();
    if t.expects(Expected::Fixed("`,`"))
        && matches!(t.kind(t.at), Some(Kind::Word | Kind::Number | Kind::Text))
    {
        return Some(plain.suggest(t.behind(t.at - 1), ",", "separate them with a comma"));
    }
    if t.expects(Expected::Fixed("`=`"))
        && matches!(t.kind(t.at), Some(Kind::Word | Kind::Number | Kind::Text))
    {
        return Some(plain.suggest(t.behind(t.at - 1), " =", "a value follows `=`"));
    }
    if found == "=" && t.expects(Expected::Fixed("`,`")) {
        return Some(plain.help("a named argument is written `x: 3`, a comparison `x == 3`"));
    }
    if t.context == Context::Item && t.at == 0 && t.tokens.len() == 1 && DECLARATIONS.contains(&t.word(0)) {
        let problem = Diagnostic::error("E0001", t.behind(0), "expected a name, found the end of the line");
        return Some(problem.label(format!("what is this `{}` called?", t.word(0))));
    }
    if t.expects(Expected::Fixed("`in`")) {
        return Some(plain.help("loops are written `for x in 1..=10 { … }`, `for x in list { … }`"));
    }
    if found == ":" && t.context == Context::Expression {
        return Some(plain.help("there are no format codes; round a number with `round(x)`"));
    }
    if found == ":" {
        return Some(plain.help("types are not written in this language"));
    }
    if t.word(0) == "for" && found == "(" {
        return Some(plain.help("loops are written `for x in 1..=10 { … }`, without parentheses"));
    }
    None
}
