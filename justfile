# What a developer does here; `just` lists it.

default:
    @just --list

# everything .ci/run checks
ci:
    .ci/run

test:
    cargo test

# accept changed snapshots after looking at them
accept:
    cargo insta review

lint:
    cargo fmt --check
    cargo clippy --all-targets -- -D warnings

# operations per second on the six workloads
bench:
    cargo bench

# the same beside other simulators
compare:
    benches/compare

# instructions and bytes against benches/costs.txt
costs *arguments:
    cargo run --release -p cosim-workloads -- costs {{arguments}}
