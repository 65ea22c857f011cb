//! A scenario as texts that are given another name.

use crate::cli::new::gallery::GALLERY;
use crate::lang::parse::ParseLimits;
use crate::scenario::load;
use crate::source::Sources;

/// An experiment, and the program it names.
#[derive(Debug, Clone, Copy)]
pub struct Template {
    pub name: &'static str,
    pub experiment: &'static str,
    /// The name of its program without the ending, and the text.
    pub program: (&'static str, &'static str),
}

/// What there is without `--from`.
pub const STARTER: Template = Template {
    name: "starter",
    experiment: include_str!("starter.ron"),
    program: ("starter", include_str!("starter.cosim")),
};

/// Those of the gallery.
pub fn all() -> impl Iterator<Item = Template> {
    let template = |&(name, experiment, program): &(&'static str, &'static str, _)| Template {
        name,
        experiment,
        program,
    };
    GALLERY.iter().map(template)
}

impl Template {
    /// The texts of the experiment and of its program under another name.
    pub fn named(&self, name: &str) -> (String, String) {
        let renamed = |text: &str| {
            let program = format!("{}.cosim", self.program.0);
            let text = text.replace(&program, &format!("{name}.cosim"));
            text.replace(&format!("{}.ron", self.name), &format!("{name}.ron"))
        };
        // Its number is its place in the gallery, which is taken.
        let numbered = |line: &&str| line.trim_start().strip_prefix("number:").is_none();
        let experiment: String = self.experiment.split_inclusive('\n').filter(numbered).collect();
        (renamed(&experiment), renamed(self.program.1))
    }

    /// What one learns from it, in a sentence; its title where it does not say so.
    pub fn sentence(&self) -> String {
        let mut sources = Sources::default();
        let id = sources.add(self.name, self.experiment);
        let mut read = |_: &str| Ok(self.program.1.to_string());
        let Ok(loaded) = load(&mut sources, id, &ParseLimits::default(), &mut read) else {
            return String::new();
        };
        let text = loaded.experiment.lesson.map_or(loaded.experiment.title, |lesson| lesson.goal);
        let ends = [". ", "! ", "? "].iter().filter_map(|end| text.find(end)).map(|at| at + 1);
        let end = ends.chain(text.find('。').map(|at| at + '。'.len_utf8())).min();
        text[..end.unwrap_or(text.len())].replace('`', "")
    }
}
