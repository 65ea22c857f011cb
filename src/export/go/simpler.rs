//! What was written block by block, put as one would write it by hand.

/// `if err := f(); err != nil { return err }` and `return nil` are `return f()`; a function around the
/// last block of another is that other one.
pub fn simpler(text: &str) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_string).collect();
    let mut at = 0;
    while at + 3 < lines.len() {
        let indent: String = lines[at].chars().take_while(|&c| c == '\t').collect();
        let tail = [format!("{indent}\treturn err"), format!("{indent}}}"), format!("{indent}return nil")];
        let line = lines[at].trim_start_matches('\t').to_string();
        let Some(code) = line.strip_suffix("; err != nil {").filter(|_| lines[at + 1..at + 4] == tail) else {
            at += 1;
            continue;
        };
        if let Some(call) = code.strip_prefix("if err := ") {
            lines.splice(at..at + 4, [format!("{indent}return {call}")]);
            at = at.saturating_sub(3);
            continue;
        }
        let open = opener(&lines, at);
        let head = open.and_then(|open| lines[open].trim_start_matches('\t').strip_prefix("if err := "));
        match (open, head) {
            (Some(open), Some("func() error {")) if code == "}()" => {
                let inner: Vec<String> = lines[open + 1..at]
                    .iter()
                    .map(|line| line.strip_prefix('\t').unwrap_or(line).to_string())
                    .collect();
                lines.splice(open..at + 4, inner);
                at = open.saturating_sub(3);
            }
            (Some(open), Some(_)) if code == "})" => {
                lines[open] = lines[open].replacen("if err := ", "return ", 1);
                lines.splice(at..at + 4, [format!("{indent}{code}")]);
                at += 1;
            }
            (Some(_) | None, Some(_) | None) => at += 1,
        }
    }
    lines.join("\n") + "\n"
}

/// Where the block begins that this line closes: at the last line above that is indented no deeper.
fn opener(lines: &[String], at: usize) -> Option<usize> {
    let depth = |line: &String| line.chars().take_while(|&c| c == '\t').count();
    let own = depth(&lines[at]);
    lines[..at].iter().rposition(|line| !line.is_empty() && depth(line) <= own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_returned_anyway_is_returned() {
        let text = "func t() error {\n\tif err := f(); err != nil {\n\t\treturn err\n\t}\n\treturn nil\n}\n";
        assert_eq!(simpler(text), "func t() error {\n\treturn f()\n}\n");
    }

    #[test]
    fn a_function_around_the_last_block_goes() {
        let text = "func t() error {\n\tif err := func() error {\n\t\tmu.Lock()\n\t\tdefer mu.Unlock()\n\t\treturn f()\n\t}(); err != nil {\n\t\treturn err\n\t}\n\treturn nil\n}\n";
        assert_eq!(simpler(text), "func t() error {\n\tmu.Lock()\n\tdefer mu.Unlock()\n\treturn f()\n}\n");
    }

    #[test]
    fn a_block_is_closed_where_it_was_opened() {
        let guarded =
            "\tif err := func() error {\n\t\treturn f()\n\t}(); err != nil {\n\t\treturn nil\n\t}\n";
        let last = "\tif err := waitFor(d, func() error {\n\t\treturn g()\n\t}); err != nil {\n\t\treturn err\n\t}\n\treturn nil\n";
        let text = format!("{guarded}{last}");
        let want = format!("{guarded}\treturn waitFor(d, func() error {{\n\t\treturn g()\n\t}})\n");
        assert_eq!(simpler(&text), want);
        // Somebody else's: it is left as it is.
        let text = format!(
            "{guarded}\tif _, err := race(func() error {{\n\t\treturn g()\n\t}}); err != nil {{\n\t\treturn err\n\t}}\n\treturn nil\n"
        );
        assert_eq!(simpler(&text), text);
    }
}
