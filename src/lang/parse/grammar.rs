//! The grammar as pest compiles it, and the words a reader knows its rules by.

use pest::Parser as _;
use pest::error::{Error, ErrorVariant, InputLocation};
use pest::iterators::Pairs;

#[derive(pest_derive::Parser)]
#[grammar = "grammar/cosim.pest"]
struct Cosim;

pub type Pair<'i> = pest::iterators::Pair<'i, Rule>;

/// Where reading broke off, and what could have stood there.
#[derive(Debug)]
pub struct Break {
    pub at: usize,
    pub expected: Vec<Rule>,
    /// The thread's stack was used up.
    pub out_of_stack: bool,
}

pub fn read(rule: Rule, text: &str) -> Result<Pairs<'_, Rule>, Break> {
    Cosim::parse(rule, text).map_err(broken)
}

fn broken(error: Error<Rule>) -> Break {
    let at = match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
    };
    match error.variant {
        ErrorVariant::ParsingError { positives, .. } => {
            Break { at, expected: positives, out_of_stack: false }
        }
        ErrorVariant::CustomError { .. } => Break { at, expected: Vec::new(), out_of_stack: true },
    }
}

/// The children of a rule that mean something: fixed words and signs are left out.
pub fn parts<'i>(pair: Pair<'i>) -> impl Iterator<Item = Pair<'i>> {
    pair.into_inner().filter(|part| fixed(part.as_rule()).is_none())
}

/// The text of a rule that has only one.
fn fixed(rule: Rule) -> Option<&'static str> {
    let text = match rule {
        Rule::AFTER => "`after`",
        Rule::ASSERT => "`assert`",
        Rule::BLOCK => "`block`",
        Rule::BREAK => "`break`",
        Rule::CANCELLED => "`cancelled`",
        Rule::CATCH => "`catch`",
        Rule::CONTINUE => "`continue`",
        Rule::ELSE => "`else`",
        Rule::FAIL => "`fail`",
        Rule::FINALLY => "`finally`",
        Rule::FOR => "`for`",
        Rule::GROUP => "`group`",
        Rule::IF => "`if`",
        Rule::IN => "`in`",
        Rule::LET => "`let`",
        Rule::LOG => "`log`",
        Rule::LOOP => "`loop`",
        Rule::MAIN => "`main`",
        Rule::METRIC => "`metric`",
        Rule::OBSERVE => "`observe`",
        Rule::ON => "`on`",
        Rule::PARAM => "`param`",
        Rule::PRIORITY => "`priority`",
        Rule::RETURN => "`return`",
        Rule::SCOPE => "`scope`",
        Rule::SELECT => "`select`",
        Rule::SHARED => "`shared`",
        Rule::SPAWN => "`spawn`",
        Rule::TASK => "`task`",
        Rule::TIMEOUT => "`timeout`",
        Rule::TRY => "`try`",
        Rule::WHILE => "`while`",
        Rule::WITH => "`with`",
        Rule::WORK => "`work`",
        Rule::open_brace => "`{`",
        Rule::close_brace => "`}`",
        Rule::open_paren => "`(`",
        Rule::close_paren => "`)`",
        Rule::open_bracket => "`[`",
        Rule::close_bracket => "`]`",
        Rule::comma => "`,`",
        Rule::dot => "`.`",
        Rule::equals => "`=`",
        Rule::arrow => "`=>`",
        Rule::EOI => "the end",
        _ => return None,
    };
    Some(text)
}

/// What could have stood at a place, in words: ``"`,` or `)`"``.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// The statement could have ended.
    End,
    Expression,
    Name,
    /// `{`
    Block,
    /// Something that begins a statement, a declaration or an arm.
    Statement,
    Item,
    Arm,
    Fixed(&'static str),
}

impl Expected {
    pub fn words(self) -> &'static str {
        match self {
            Expected::End => "the end of the line",
            Expected::Expression => "an expression",
            Expected::Name => "a name",
            Expected::Block => "`{`",
            Expected::Statement => "a statement",
            Expected::Item => "a declaration",
            Expected::Arm => "an arm such as `v = orders.recv() => { … }`",
            Expected::Fixed(words) => words,
        }
    }
}

/// What the rules that failed stand for, each once; that an operator could have
/// followed goes without saying.
pub fn expectations(rules: &[Rule]) -> Vec<Expected> {
    if rules.contains(&Rule::EOI) {
        return vec![Expected::End];
    }
    let mut all = Vec::new();
    for &rule in rules {
        if let Some(one) = expectation(rule).filter(|one| !all.contains(one)) {
            all.push(one);
        }
    }
    // Where an operand has just ended, it could have gone on: that too goes without saying.
    let ends = all.iter().any(|one| matches!(one, Expected::Fixed("`)`" | "`]`" | "`,`" | "`=>`")));
    if ends {
        all.retain(|one| !matches!(one, Expected::Fixed("`(`" | "`[`" | "`for`" | "`=`")));
    }
    if all.contains(&Expected::Expression) {
        all.retain(|one| !matches!(one, Expected::Name | Expected::Fixed("`(`" | "`[`" | "`spawn`")));
    }
    if all.len() > 1 {
        all.retain(|one| *one != Expected::Fixed("`[`"));
    }
    all
}

fn expectation(rule: Rule) -> Option<Expected> {
    match rule {
        Rule::expression | Rule::operand | Rule::number | Rule::constant | Rule::call | Rule::list => {
            Some(Expected::Expression)
        }
        Rule::plain_string
        | Rule::parenthesised
        | Rule::spawn
        | Rule::argument
        | Rule::iterable
        | Rule::prefix => Some(Expected::Expression),
        Rule::option | Rule::sign | Rule::unbounded => Some(Expected::Expression),
        Rule::name | Rule::member_name => Some(Expected::Name),
        Rule::block | Rule::open_brace => Some(Expected::Block),
        Rule::parameters => Some(Expected::Fixed("`(`")),
        Rule::statement => Some(Expected::Statement),
        Rule::item => Some(Expected::Item),
        Rule::arm => Some(Expected::Arm),
        Rule::operator | Rule::arithmetic | Rule::member | Rule::index | Rule::arguments | Rule::dot => None,
        _ => fixed(rule).map(Expected::Fixed),
    }
}
