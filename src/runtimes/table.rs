//! The runtimes there are, with their settings as experiments write them.

use std::fmt;

use ron::extensions::Extensions;
use ron::ser::PrettyConfig;
use serde::{Deserialize, Serialize};

use crate::runtimes::asyncio::settings::Settings as AsyncioSettings;
use crate::runtimes::coroutines::settings::Settings as CoroutinesSettings;
use crate::runtimes::threads::settings::Settings as ThreadsSettings;

/// A runtime with its settings: `Threads(workers: 10)`, `Coroutines(workers: 1)`, `Asyncio(version: "3.12")`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum RuntimeSpec {
    Threads(ThreadsSettings),
    Coroutines(CoroutinesSettings),
    Asyncio(AsyncioSettings),
}

/// As experiments write it: `Threads(workers: 4)`.
impl fmt::Display for RuntimeSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let one_line = PrettyConfig::new().depth_limit(0).separator(" ");
        let text = ron().to_string_pretty(self, one_line).expect("settings are plain data");
        f.write_str(&text)
    }
}

/// The dialect of RON in which settings are written: `Threads(workers: 4)`, not `Threads((workers: Some(4)))`.
pub fn ron() -> ron::Options {
    ron::Options::default().with_default_extension(Extensions::UNWRAP_VARIANT_NEWTYPES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_what_it_reads() {
        for text in [
            "Threads()",
            "Threads(workers: 4)",
            "Threads(workers: 4, quantum: \"1ms\", switch: \"5us\", policy: Priority(inheritance: true), gil: true)",
            "Coroutines(workers: 1)",
            "Asyncio(version: \"3.11\")",
        ] {
            let spec: RuntimeSpec = ron().from_str(text).unwrap_or_else(|e| panic!("{text}: {e}"));
            assert_eq!(spec.to_string(), text);
        }
    }

    #[test]
    fn says_what_may_stand_where_something_else_does() {
        let wrong = |text: &str| ron().from_str::<RuntimeSpec>(text).expect_err("is wrong").to_string();
        assert!(wrong("Asyncio(version: \"3.9\")").contains("\"3.13\""));
        assert!(wrong("Threads(workers: 0)").contains("1 to 100,000"));
        assert!(wrong("Threads(switch: \"5\")").contains("is not a duration"));
    }
}
