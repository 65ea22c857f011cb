//! How each word of the language is written out: what comes with it, and where the writer goes on.

/// A word, and what it becomes, with `$1`, `${2:n}` and `$0` where there is something to fill in.
pub struct Snippet(pub &'static str, pub &'static str);

/// What begins something at the outermost level.
pub const DECLARATIONS: &[Snippet] = &[
    Snippet("param", "param ${1:n} = ${2:10}"),
    Snippet("shared", "shared ${1:count} = ${2:0}"),
    Snippet("metric", "metric ${1:latency}"),
    Snippet("task", "task ${1:name}($2) {\n\t$0\n}"),
    Snippet("main", "main {\n\t$0\n}"),
    Snippet("resource", "resource ${1:machine}(${2:10})"),
    Snippet("lock", "lock ${1:till}"),
    Snippet("semaphore", "semaphore ${1:slots}(${2:3})"),
    Snippet("rwlock", "rwlock ${1:table}"),
    Snippet("channel", "channel ${1:orders}(${2:5})"),
    Snippet("event", "event ${1:doors_open}"),
    Snippet("condition", "condition ${1:changed}(${2:till})"),
    Snippet("barrier", "barrier ${1:gate}(${2:4})"),
    Snippet("future", "future ${1:reply}"),
    Snippet("workers", "workers ${1:cook}(${2:2})"),
];

/// What begins a statement.
pub const BLOCKS: &[Snippet] = &[
    Snippet("work", "work ${1:5ms} \"${2:label}\""),
    Snippet("block", "block ${1:5ms} \"${2:label}\""),
    Snippet("await", "await $0"),
    Snippet("spawn", "spawn $0"),
    Snippet("let", "let ${1:x} = $0"),
    Snippet("if", "if $1 {\n\t$0\n}"),
    Snippet("while", "while $1 {\n\t$0\n}"),
    Snippet("loop", "loop {\n\t$0\n}"),
    Snippet("for", "for ${1:i} in ${2:1..=10} {\n\t$0\n}"),
    Snippet("break", "break"),
    Snippet("continue", "continue"),
    Snippet("return", "return $0"),
    Snippet("with", "with $1 {\n\t$0\n}"),
    Snippet("group", "group {\n\t$0\n}"),
    Snippet("timeout", "timeout ${1:5s} {\n\t$0\n} else {\n}"),
    Snippet("scope", "scope ${1:s} {\n\t$0\n}"),
    Snippet("select", "select {\n\t$1 => {\n\t\t$0\n\t}\n}"),
    Snippet("try", "try {\n\t$0\n} catch e {\n}"),
    Snippet("fail", "fail \"${1:why}\""),
    Snippet("cancel", "cancel $0"),
    Snippet("log", "log \"$0\""),
    Snippet("observe", "observe ${1:metric}, $0"),
    Snippet("assert", "assert $0"),
];

/// What can begin or join values.
pub const VALUES: &[Snippet] = &[
    Snippet("await", "await $0"),
    Snippet("spawn", "spawn $0"),
    Snippet("cancel", "cancel $0"),
    Snippet("not", "not $0"),
    Snippet("and", "and $0"),
    Snippet("or", "or $0"),
    Snippet("true", "true"),
    Snippet("false", "false"),
    Snippet("none", "none"),
    Snippet("daemon", "daemon"),
    Snippet("priority", "priority ${1:5}"),
    Snippet("on", "on $0"),
    Snippet("in", "in $0"),
    Snippet("else", "else {\n\t$0\n}"),
    Snippet("catch", "catch ${1:e} {\n\t$0\n}"),
    Snippet("finally", "finally {\n\t$0\n}"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::parse::{DECLARATIONS as WORDS, KEYWORDS};

    #[test]
    fn every_word_can_be_written_out() {
        let known = |name: &str| [DECLARATIONS, BLOCKS, VALUES].concat_names().contains(&name.to_string());
        let missing: Vec<&str> = KEYWORDS.into_iter().chain(WORDS).filter(|name| !known(name)).collect();
        // `after` begins an arm of a `select`, `yield` follows `await`: they are offered there alone.
        assert_eq!(missing, ["after", "yield"]);
    }

    trait Names {
        fn concat_names(&self) -> Vec<String>;
    }

    impl Names for [&[Snippet]; 3] {
        fn concat_names(&self) -> Vec<String> {
            self.iter().flat_map(|list| list.iter().map(|snippet| snippet.0.to_string())).collect()
        }
    }
}
