//! Lines with their indentation.

/// A text that grows line by line.
#[derive(Debug, Clone)]
pub struct Writer {
    text: String,
    depth: usize,
    /// One step of indentation.
    step: &'static str,
}

impl Writer {
    pub fn new(step: &'static str) -> Writer {
        Writer { text: String::new(), depth: 0, step }
    }

    /// A line; several if the text has several. Empty ones stay empty.
    pub fn line(&mut self, text: impl AsRef<str>) {
        for line in text.as_ref().split('\n') {
            if !line.is_empty() {
                for _ in 0..self.depth {
                    self.text.push_str(self.step);
                }
                self.text.push_str(line);
            }
            self.text.push('\n');
        }
    }

    /// An empty line, unless there is one already or nothing is above.
    pub fn gap(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    /// Adds to the end of the last line.
    pub fn behind(&mut self, text: &str) {
        if self.text.ends_with('\n') {
            self.text.pop();
        }
        self.text.push_str(text);
        self.text.push('\n');
    }

    pub fn indent(&mut self) {
        self.depth += 1;
    }

    pub fn dedent(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    /// Where the text ends now; `since` tells whether something was written after it.
    pub fn mark(&self) -> usize {
        self.text.len()
    }

    pub fn since(&self, mark: usize) -> &str {
        self.text.get(mark..).unwrap_or("")
    }

    pub fn finish(self) -> String {
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_indented() {
        let mut writer = Writer::new("    ");
        writer.gap();
        writer.line("if x:");
        writer.indent();
        writer.line("a\n\nb");
        writer.behind("  # why");
        writer.dedent();
        writer.gap();
        writer.gap();
        writer.line("c");
        assert_eq!(writer.finish(), "if x:\n    a\n\n    b  # why\n\nc\n");
    }
}
