//! The random programs of `cosim verify`, simulated: they load, they end, and a fifth of them in a deadlock.

#![allow(clippy::disallowed_methods, reason = "tests may be told how much to do")]

use cosim::lang::compile::compile;
use cosim::runtimes::table::RuntimeSpec;
use cosim::sim::choice::Policy;
use cosim::sim::kernel::Limits;
use cosim::time::Time;
use cosim::verify::plan::Target;
use cosim::verify::prepare::Script;
use cosim::verify::random::maker::program;
use cosim::verify::seen::{Status, simulate};
use cosim::verify::targets::all;

/// Programs of each target. `COSIM_RANDOM_PROGRAMS=2000` looks at more of them.
const PROGRAMS: u32 = 150;
/// Far more than a program of sixty steps can need if it ends at all.
const LIMITS: Limits =
    Limits { tasks: 10_000, events: 200_000, steps: 1_000_000, time: Time(3_600_000_000_000) };

fn ending(target: &Target, spec: &RuntimeSpec, number: u32) -> Status {
    let text = program(&(target.vocabulary)(spec), 0, number).print();
    let script = Script::read("random", &text, 0).unwrap_or_else(|problems| {
        panic!("{spec} {number}: {}\n{text}", problems[0].message);
    });
    let program = compile(&script.probed(target), &script.params).expect("it was checked");
    simulate(&program, spec, 0, Policy::Seeded, LIMITS).seen.status
}

#[test]
fn random_programs_end_and_a_fifth_of_them_in_a_deadlock() {
    let programs =
        std::env::var("COSIM_RANDOM_PROGRAMS").map_or(PROGRAMS, |text| text.parse().expect("a number"));
    for subject in all() {
        let mut deadlocks = 0;
        for number in 0..programs {
            match ending(subject.target, &subject.spec, number) {
                Status::Deadlock => deadlocks += 1,
                Status::Ok | Status::Error(_) => {}
                Status::Stopped(why) => panic!("{} {number} does not end: {why}", subject.spec),
            }
        }
        let share = 100 * deadlocks / programs;
        assert!((12..=35).contains(&share), "{}: {share} % end in a deadlock", subject.spec);
    }
}
