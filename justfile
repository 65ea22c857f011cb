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
