//! What an editor shows: a program or an experiment, as far as it can be read, with its names and tokens.

use std::ops::Range;

use crate::editor::text::Text;
use crate::lang::ast::File;
use crate::lang::names::Names;
use crate::lang::parse::{ParseLimits, Token, TokenKind, parse, tokens};
use crate::scenario::file::{self, ExperimentFile, ProgramField};
use crate::source::SourceId;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    Program,
    Experiment,
}

#[derive(Debug)]
pub struct Document {
    pub text: Text,
    pub language: Language,
    /// The text itself, or the program that an experiment has inside.
    pub program: Option<Program>,
    pub experiment: ExperimentFile,
}

/// The text of a program and what it consists of; all places are those of the document.
#[derive(Debug)]
pub struct Program {
    pub range: Range<usize>,
    pub file: File,
    /// Could all of it be read?
    pub whole: bool,
    pub names: Names,
    pub tokens: Vec<Token>,
    pub comments: Vec<Range<usize>>,
}

/// What a place belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    Code,
    /// The words of a string, not its holes.
    Words,
    Comment,
}

impl Document {
    pub fn new(text: impl Into<String>, language: Language) -> Document {
        let text = Text::new(text);
        let (experiment, program) = match language {
            Language::Program => (ExperimentFile::default(), Some(0..text.text.len())),
            Language::Experiment => {
                let (experiment, _) = file::read(SourceId(0), &text.text);
                let inline = match &experiment.program {
                    Some(ProgramField::Inline(field)) => field.base.map(|base| base as usize),
                    Some(ProgramField::File { .. }) | None => None,
                };
                let length = match &experiment.program {
                    Some(ProgramField::Inline(field)) => field.text.len(),
                    Some(ProgramField::File { .. }) | None => 0,
                };
                (experiment, inline.map(|base| base..base + length))
            }
        };
        let program = program.map(|range| Program::new(&text.text, range));
        Document { text, language, program, experiment }
    }

    /// Other programs keep their settings in `.ron` files too: only what begins as an experiment is one.
    pub fn concerns_us(&self) -> bool {
        if self.language == Language::Program {
            return true;
        }
        let text = self.text.text.as_str();
        let (tokens, _) = tokens(text);
        let words = tokens.iter().skip_while(|token| matches!(token.kind, TokenKind::Sign));
        let mut words = words.map(|token| token.text(text));
        match words.next() {
            Some("Experiment") => true,
            Some("(") => self.experiment.program.is_some() || self.experiment.compare.is_some(),
            Some(_) | None => false,
        }
    }

    /// The file an experiment takes its program from.
    pub fn linked(&self) -> Option<&str> {
        match &self.experiment.program {
            Some(ProgramField::File { path, .. }) => Some(path),
            Some(ProgramField::Inline(_)) | None => None,
        }
    }

    /// The program, if a place is in it.
    pub fn program_at(&self, at: usize) -> Option<&Program> {
        self.program.as_ref().filter(|program| program.range.start <= at && at <= program.range.end)
    }
}

impl Program {
    fn new(text: &str, range: Range<usize>) -> Program {
        let (base, part) = (range.start, &text[range.clone()]);
        let (file, problems) = parse(SourceId(0), part, base, &ParseLimits::default());
        let (mut tokens, mut comments) = tokens(part);
        for token in &mut tokens {
            token.start += base;
            token.end += base;
        }
        for comment in &mut comments {
            // Blanks behind a comment to the end of the line belong to it.
            let line =
                text[comment.start + base..].find('\n').map_or(text.len(), |end| comment.start + base + end);
            let block = part[comment.clone()].starts_with("/*");
            *comment = comment.start + base..if block { comment.end + base } else { line.min(range.end) };
        }
        let names = Names::of(&file);
        Program { range, file, whole: problems.is_empty(), names, tokens, comments }
    }

    /// The word at a place, or the one that ends there.
    pub fn word_at(&self, at: usize) -> Option<Token> {
        let words = self.tokens.iter().filter(|token| token.kind == TokenKind::Word);
        words.filter(|token| token.start <= at && at <= token.end).max_by_key(|token| token.start).copied()
    }

    pub fn ground(&self, at: usize) -> Ground {
        // A comment to the end of the line is still one at that end.
        if self.comments.iter().any(|comment| comment.start < at && at <= comment.end) {
            return Ground::Comment;
        }
        let mut around = Vec::new();
        for token in self.tokens.iter().take_while(|token| token.start < at) {
            match token.kind {
                TokenKind::Text if at < token.end => around.push(Ground::Words),
                TokenKind::HoleOpen => around.push(Ground::Code),
                TokenKind::HoleClose => {
                    around.pop();
                }
                TokenKind::Text
                | TokenKind::Word
                | TokenKind::Number
                | TokenKind::Sign
                | TokenKind::Open(_)
                | TokenKind::Close(_) => {}
            }
        }
        around.pop().unwrap_or(Ground::Code)
    }

    /// Is a place in the hole of a string?
    pub fn in_hole(&self, at: usize) -> bool {
        let before = self.tokens.iter().take_while(|token| token.start < at);
        let count = |depth: usize, token: &Token| match token.kind {
            TokenKind::HoleOpen => depth + 1,
            TokenKind::HoleClose => depth.saturating_sub(1),
            TokenKind::Text | TokenKind::Word | TokenKind::Number | TokenKind::Sign => depth,
            TokenKind::Open(_) | TokenKind::Close(_) => depth,
        };
        before.fold(0, count) > 0
    }

    /// The tokens that end before a place, in the same string hole or outside of all.
    pub fn before(&self, at: usize) -> Vec<Token> {
        let mut found: Vec<Vec<Token>> = vec![Vec::new()];
        for &token in self.tokens.iter().take_while(|token| token.start < at) {
            match token.kind {
                TokenKind::HoleOpen => found.push(Vec::new()),
                TokenKind::HoleClose => {
                    found.pop();
                }
                TokenKind::Text if at < token.end => {}
                TokenKind::Text
                | TokenKind::Word
                | TokenKind::Number
                | TokenKind::Sign
                | TokenKind::Open(_)
                | TokenKind::Close(_) => {
                    if token.end <= at
                        && let Some(last) = found.last_mut()
                    {
                        last.push(token);
                    }
                }
            }
        }
        found.pop().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_code_from_words_and_comments() {
        let text = "main {\n  log \"a {b + \"c {d}\"} e\" // f\n}";
        let document = Document::new(text, Language::Program);
        let program = document.program.as_ref().expect("it is one");
        let ground = |what: &str| program.ground(text.find(what).expect("it is there"));
        assert_eq!(ground("log"), Ground::Code);
        assert_eq!(ground("a {b"), Ground::Words);
        assert_eq!(ground("b +"), Ground::Code);
        assert_eq!(ground("c {"), Ground::Words);
        assert_eq!(ground("d}"), Ground::Code);
        assert_eq!(ground(" e\""), Ground::Words);
        assert_eq!(ground("f\n"), Ground::Comment);
        assert_eq!(ground("}"), Ground::Code);
    }

    #[test]
    fn an_experiment_may_have_its_program_inside() {
        let text = "Experiment(program: Inline(r#\"param n = 1\nmain { log \"{n}\" }\"#))";
        let document = Document::new(text, Language::Experiment);
        let program = document.program_at(text.find("param").expect("it is there")).expect("it is inside");
        assert!(program.whole);
        let mention = program.names.at(text.find("n}").expect("it is there") as u32).expect("a name");
        assert_eq!(
            program.names.symbols[mention.symbol].span.start as usize,
            text.find("n = 1").expect("there")
        );
        assert!(document.linked().is_none());
    }
}
