//! SVG as text: elements with their attributes in a fixed order, numbers with fixed decimals.

/// A document being written.
#[derive(Debug, Default)]
pub struct Canvas {
    text: String,
    depth: usize,
}

/// An attribute and its value.
pub type Attribute<'a> = (&'a str, String);

impl Canvas {
    /// An element without content.
    pub fn empty(&mut self, name: &str, attributes: &[Attribute<'_>]) {
        self.line(&format!("<{name}{}/>", written(attributes)));
    }

    /// An element with a text inside, on one line.
    pub fn text(&mut self, name: &str, attributes: &[Attribute<'_>], text: &str) {
        self.line(&format!("<{name}{}>{}</{name}>", written(attributes), escape(text)));
    }

    pub fn open(&mut self, name: &str, attributes: &[Attribute<'_>]) {
        self.line(&format!("<{name}{}>", written(attributes)));
        self.depth += 1;
    }

    pub fn close(&mut self, name: &str) {
        self.depth = self.depth.saturating_sub(1);
        self.line(&format!("</{name}>"));
    }

    /// What is well-formed already: rules of style.
    pub fn raw(&mut self, text: &str) {
        self.line(text);
    }

    pub fn finish(self) -> String {
        self.text
    }

    fn line(&mut self, text: &str) {
        self.text.push_str(&"  ".repeat(self.depth));
        self.text.push_str(text);
        self.text.push('\n');
    }
}

fn written(attributes: &[Attribute<'_>]) -> String {
    attributes.iter().map(|(name, value)| format!(" {name}=\"{}\"", escape(value))).collect()
}

/// Hundredths of a pixel are enough; whole numbers are written whole.
pub fn number(x: f64) -> String {
    let text = format!("{x:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_string() } else { text.to_string() }
}

/// A text as XML may carry it.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_break_out() {
        let mut canvas = Canvas::default();
        canvas.text("text", &[("x", number(1.005)), ("class", "a\"b".to_string())], "<b>&'");
        assert_eq!(canvas.finish(), "<text x=\"1\" class=\"a&quot;b\">&lt;b&gt;&amp;&#39;</text>\n");
        assert_eq!([number(-0.001), number(2.5), number(10.0)], ["0", "2.5", "10"]);
    }
}
