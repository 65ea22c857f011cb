//! The table `[preprocessor.cosim]` of a `book.toml`.

use std::path::{Component, Path};

use serde::Deserialize;
use serde_json::Value;

use crate::report::svg::palette::Ground;
use crate::suggest::did_you_mean;

/// What holds for all blocks of a book.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Settings {
    /// Folders in which files are looked for, after that of the chapter; relative to the book.
    pub scenarios: Vec<String>,
    /// What programs in blocks run under that name nothing.
    pub compare: Option<String>,
    /// What is shown of blocks that do not say: programs, and files.
    pub show: Option<String>,
    pub lanes: String,
    /// Pixels of a picture.
    pub width: u32,
    /// Columns of what is text.
    pub columns: usize,
    pub ground: String,
    pub on_error: String,
    /// Where pictures go that cannot stand in the text; relative to the chapters.
    pub pictures: String,
    pub picture_format: String,
    /// A folder, relative to the book, or `false`.
    pub cache: Value,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            scenarios: Vec::new(),
            compare: None,
            show: None,
            lanes: "worker".to_string(),
            width: 960,
            columns: 88,
            ground: "light".to_string(),
            on_error: "fail".to_string(),
            pictures: "cosim".to_string(),
            picture_format: "svg".to_string(),
            cache: Value::from(".mdbook-cosim"),
        }
    }
}

const OWN: [&str; 11] = [
    "scenarios",
    "compare",
    "show",
    "lanes",
    "width",
    "columns",
    "ground",
    "on-error",
    "pictures",
    "picture-format",
    "cache",
];
/// Those that mdBook reads itself.
const MDBOOKS: [&str; 5] = ["command", "renderer", "renderers", "before", "after"];
const OPTIONAL: &str = "optional";

impl Settings {
    /// # Errors
    /// A sentence that names the setting.
    pub fn read(table: &Value) -> Result<Settings, String> {
        if table.is_null() {
            return Ok(Settings::default());
        }
        let names = table.as_object().ok_or("[preprocessor.cosim] is no table")?.keys();
        for name in names.filter(|name| !MDBOOKS.contains(&name.as_str()) && *name != OPTIONAL) {
            if !OWN.contains(&name.as_str()) {
                let near = did_you_mean(name, OWN.into_iter()).map(|near| format!(" Did you mean `{near}`?"));
                return Err(format!(
                    "[preprocessor.cosim] knows no `{name}`.{} There are: {}",
                    near.unwrap_or_default(),
                    OWN.join(", ")
                ));
            }
        }
        let settings: Settings = serde_json::from_value(table.clone())
            .map_err(|error| format!("[preprocessor.cosim]: {error}"))?;
        settings.fits()?;
        Ok(settings)
    }

    fn fits(&self) -> Result<(), String> {
        let one_of = |name: &str, value: &str, possible: &[&str]| match possible.contains(&value) {
            true => Ok(()),
            false => {
                Err(format!("[preprocessor.cosim] {name} = \"{value}\": there are {}", possible.join(", ")))
            }
        };
        one_of("lanes", &self.lanes, &["worker", "task"])?;
        one_of("ground", &self.ground, &["light", "dark", "auto"])?;
        one_of("on-error", &self.on_error, &["fail", "box"])?;
        one_of("picture-format", &self.picture_format, &["svg", "png"])?;
        if !(320..=10_000).contains(&self.width) {
            return Err("[preprocessor.cosim] width: a picture has 320 to 10000 pixels".to_string());
        }
        if !(40..=1000).contains(&self.columns) {
            return Err("[preprocessor.cosim] columns: a text has 40 to 1000 columns".to_string());
        }
        let inside = self.cache.as_str().is_some_and(is_inside);
        if !inside && self.cache != Value::Bool(false) {
            return Err("[preprocessor.cosim] cache: a folder in the book, or false".to_string());
        }
        if !is_inside(&self.pictures) {
            return Err("[preprocessor.cosim] pictures: a folder among the chapters".to_string());
        }
        Ok(())
    }

    pub fn ground(&self) -> Ground {
        match self.ground.as_str() {
            "dark" => Ground::Dark,
            "auto" => Ground::Auto,
            _light => Ground::Light,
        }
    }
}
/// Does it name a folder below another, and not that one itself?
fn is_inside(folder: &str) -> bool {
    let mut parts = Path::new(folder).components().filter(|part| *part != Component::CurDir).peekable();
    parts.peek().is_some() && parts.all(|part| matches!(part, Component::Normal(_)))
}
