//! The runtimes there are, with their settings as experiments write them.

use std::fmt;

use ron::extensions::Extensions;
use ron::ser::PrettyConfig;
use serde::{Deserialize, Serialize};

use crate::runtimes::about::About;
use crate::runtimes::runtime::Runtime;
use crate::runtimes::{asyncio, coroutines, go, js, processes, threads, tokio, trio, uvloop};
use crate::sim::kernel::Kernel;

/// From one line a runtime: the type of what experiments write, the list of what is said of
/// each, and how one is made. A runtime is a folder with `about::ABOUT`, `settings::Settings`,
/// and a struct of the runtime's name with `new(&Kernel, &Settings)`.
macro_rules! runtimes {
    ($($name:ident in $folder:ident,)*) => {
        /// A runtime with its settings: `Threads(workers: 10)`, `Asyncio(version: "3.12")`.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        pub enum RuntimeSpec {
            $($name($folder::settings::Settings),)*
        }

        /// What is said of each runtime, in the order of the table.
        pub const ALL: &[&About] = &[$(&$folder::about::ABOUT,)*];

        impl RuntimeSpec {
            pub fn about(&self) -> &'static About {
                match self {
                    $(RuntimeSpec::$name(_) => &$folder::about::ABOUT,)*
                }
            }

            /// Makes the runtime over a kernel and hands it to the visitor.
            pub fn make<V: Visit>(&self, kernel: &Kernel, visitor: V) -> V::Output {
                match self {
                    $(RuntimeSpec::$name(settings) => visitor.visit(&$folder::$name::new(kernel, settings)),)*
                }
            }
        }
    };
}

runtimes! {
    Threads in threads,
    Coroutines in coroutines,
    Asyncio in asyncio,
    Trio in trio,
    Js in js,
    Go in go,
    Tokio in tokio,
    Uvloop in uvloop,
    Processes in processes,
}

/// What to do with a runtime, whichever it is: dispatch stays static.
pub trait Visit {
    type Output;

    fn visit<R: Runtime>(self, runtime: &R) -> Self::Output;
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
            "Tokio(flavor: MultiThread(workers: 4), main: BlockOn)",
            "Uvloop(version: \"3.13\", eager: true)",
            "Threads(costs: Python, wake: \"2us\")",
            "Asyncio(version: \"3.12\", costs: Python, wake: \"2us\")",
            "Processes(workers: 4, runtime: Uvloop(version: \"3.12\"), costs: Fork)",
            "Processes(workers: 4, runtime: Asyncio(version: \"3.12\"), start: \"30ms\")",
        ] {
            let spec: RuntimeSpec = ron().from_str(text).unwrap_or_else(|e| panic!("{text}: {e}"));
            assert_eq!(spec.to_string(), text);
        }
    }

    #[test]
    fn every_name_and_setting_is_one() {
        for about in ALL {
            let plain = format!("{}()", about.name);
            let spec: RuntimeSpec = ron().from_str(&plain).unwrap_or_else(|e| panic!("{plain}: {e}"));
            assert_eq!(spec.about().name, about.name);
            for setting in about.settings {
                let wrong = format!("{}({}: {{}})", about.name, setting.name);
                let error =
                    ron().from_str::<RuntimeSpec>(&wrong).expect_err("no setting is a map").to_string();
                assert!(!error.contains("Unexpected field"), "{error}");
            }
            for sample in about.samples {
                assert!(ron().from_str::<RuntimeSpec>(sample).is_ok(), "{sample}");
            }
        }
    }

    #[test]
    fn says_what_may_stand_where_something_else_does() {
        let wrong = |text: &str| ron().from_str::<RuntimeSpec>(text).expect_err("is wrong").to_string();
        assert!(wrong("Asyncio(version: \"3.9\")").contains("\"3.13\""));
        assert!(wrong("Asyncio(version: \"3.11\", eager: true)").contains("no eager tasks"));
        assert!(wrong("Threads(workers: 0)").contains("1 to 100,000"));
        assert!(wrong("Processes(workers: 2000)").contains("1 to 1,000"));
        assert!(wrong("Threads(switch: \"5\")").contains("is not a duration"));
    }
}
