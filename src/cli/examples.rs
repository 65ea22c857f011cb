//! What stands behind the help of each command: examples, and what is particular about it.

pub const EXAMPLES: &str = "\
Examples:
  cosim run laundry.ron                  an experiment: its runs side by side
  cosim run laundry.cosim                a bare program: one thread, a thread per task, one event loop
  cosim explain await                    what a word means, with an example

Exit codes:
  0  done
  1  done, and something is wrong: a mistake in the input, an expectation that did not hold
  2  not done: no such file, a bad option, output that could not be written

A deadlock is a result, not an error: it is reported, and the exit code is 0 unless the
experiment expected otherwise.";

pub const RUN_EXAMPLES: &str = "\
Examples:
  cosim run laundry.ron
  cosim run laundry.ron --lanes task --set loads=3
  cosim run laundry.cosim --runtime 'Threads(workers: 2)' --runtime 'Asyncio()'
  cosim run laundry.ron -o laundry.svg --lanes task
  cosim run laundry.ron -o laundry.trace.json      for Perfetto; docs/viewers.md has more
  cosim run laundry.ron --trace laundry.jsonl --json > laundry.json
  cat laundry.cosim | cosim run -

Exit codes:
  0  done; a run that ends badly is a result
  1  a mistake in the input, or an expectation that did not hold
  2  not done: no such file, a bad option, output that could not be written
  130  interrupted: what there is by then is shown and written";

pub const SWEEP_EXAMPLES: &str = "\
Examples:
  cosim sweep pool.cosim --vary connections=5..50:5 --runtime 'Asyncio()'
  cosim sweep mm1.cosim --vary load=0.5..0.9:0.1 --replications 30 --metric 'p95(latency)'
  cosim sweep mm1.cosim --metric 'mean(latency)' --warmup mser5 --precision 2%
  cosim sweep web.ron --vary runtime='Asyncio()','Threads(workers: 8)' --vary cpu=1ms..9ms:1ms --replications 20
  cosim sweep web.ron --replications 20 --assert 'p95(latency) < 250ms'
  cosim sweep web.ron --vary cpu=1ms..9ms:1ms -o web.csv -o web.parquet -o web.svg
  cosim sweep web.ron --replications 1000 --shard 2/8 -o part2.json

Exit codes:
  0  done, and everything that was asserted held
  1  a mistake in the input, or something that was asserted did not hold or could not be decided
  2  not done
  130  interrupted: what was done until then is told";

pub const MERGE_EXAMPLES: &str = "\
Examples:
  cosim merge part*.json
  cosim merge part*.json -o all.csv -o all.parquet

Exit codes: as `cosim sweep` has them; shards that do not belong together or are missing are 2.";

pub const CHECK_EXAMPLES: &str = "\
Examples:
  cosim check scenarios/*.ron
  cosim check laundry.cosim --json

Exit codes: 0 nothing is wrong, warnings aside; 1 something is; 2 not done.";

pub const NEW_EXAMPLES: &str = "\
Examples:
  cosim new dinner                   dinner.cosim and dinner.ron, with a comment for everything
  cosim new --list                   the scenarios of the gallery, with what one learns from each
  cosim new my-pool --from pool      one of them under another name

Exit codes: 0, or 2 where a name is taken, unknown or none.";

pub const WATCH_EXAMPLES: &str = "\
Examples:
  cosim watch laundry.ron                    also when the program it names is saved
  cosim watch laundry.cosim --lanes task

Ctrl-C ends it, with exit code 0.";

pub const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  cosim completions bash > ~/.local/share/bash-completion/completions/cosim
  cosim completions zsh > ~/.zfunc/_cosim              with ~/.zfunc in $fpath, before compinit
  cosim completions fish > ~/.config/fish/completions/cosim.fish
  cosim completions powershell >> $PROFILE
  cosim completions elvish >> ~/.config/elvish/rc.elv";

pub const MAN_EXAMPLES: &str = "\
Examples:
  cosim man ~/.local/share/man/man1        cosim.1, cosim-run.1, cosim-test.1 and so on; `man cosim-run` shows one
  cosim man | man -l -                     the first of them at once

Exit codes: 0, or 2 where a page could not be written.";

pub const FMT_EXAMPLES: &str = "\
Examples:
  cosim fmt laundry.ron laundry.cosim
  cosim fmt scenarios              everything below a folder
  cosim fmt --check scenarios      in CI: shows what would change, and fails
  cosim fmt - < laundry.cosim      from the standard input to the standard output

Exit codes:
  0  done; with --check: nothing would change
  1  a file that cannot be read as what it is, and was left alone; with --check: something would change
  2  not done";

pub const TEST_EXAMPLES: &str = "\
Examples:
  cosim test scenarios                     every experiment below a folder
  cosim test scenarios --accept            what comes out now is right
  cosim test --filter laundry              below the current folder, those with `laundry` in their names
  cosim test scenarios --junit report.xml  for CI

A snapshot (laundry.snap) lies beside its experiment (laundry.ron), in the format of insta: what is different is put
beside it as laundry.snap.new, for `--accept` or, in a Rust project, `cargo insta review`. Where `CI` is set nothing is written.
What does not end is stopped: by `--max-events`, `--max-steps`, `--timeout`.

Exit codes:
  0  all passed
  1  something did not: a mistake, a timeout, an expectation, a snapshot that is different or not there
  2  not done: no scenario found, a file that could not be read or written";

pub const DIFF_EXAMPLES: &str = "\
Examples:
  cosim diff before.jsonl after.jsonl             two traces, as --trace writes them
  cosim diff fifo.ron lifo.ron                    two scenarios: both are run
  cosim diff HEAD~1:laundry.ron laundry.ron       two commits of one, by git

Runs of one name are compared; where no name is on both sides, those at the same place.

Exit codes, as diff has them:
  0  the same
  1  different
  2  it could not be told: a file that cannot be read, a scenario with a mistake";

pub const VERIFY_EXAMPLES: &str = "\
Examples:
  cosim verify laundry.ron --against asyncio
  cosim verify --against 'Asyncio(version: \"3.11\")' --random 500 --seed 7
  cosim verify scenarios/*.ron --all
  cosim verify laundry.ron --against js --record seen     keeps what Node did
  cosim verify --replay seen                              holds it against cosim, without Node
  cosim verify --record seen                              asks Node again

Exit codes:
  0  everything agrees
  1  something differs
  2  not done
  3  something could not be verified: a runtime that is not installed, a program it cannot run
  130  interrupted: what was verified until then is told";

pub const EXPORT_EXAMPLES: &str = "\
Examples:
  cosim export laundry.ron --to asyncio                 to the standard output
  cosim export laundry.ron --to asyncio -o laundry.py   into a file
  cosim export laundry.ron --to tokio -o laundry/       into a folder: a package of cargo
  cosim export laundry.cosim --to js --set loads=3

The program runs as it is, by the real clock: half an hour of `sleep` is half an hour.
What a language cannot say is refused, with its line and the reason.

Exit codes: 0 done; 1 a mistake in the input, or something that cannot be said there; 2 not done.";

pub const QUIZ_EXAMPLES: &str = "\
Examples:
  cosim quiz laundry.ron                            asks, on a terminal
  cosim quiz laundry.ron --count 5 --seed 7 --answers
  cosim quiz laundry.ron --markdown > quiz.md
  cosim quiz laundry.ron --json --answers | jq '.questions[].kind'
  cosim quiz laundry.cosim --runtime 'Asyncio()' --runtime 'Go()'

Exit codes:
  0  done, however many answers were right
  1  a mistake in the input, or fewer questions than were wanted: there are no more that differ
  2  not done: no such file, a bad option, nothing that could be asked";

pub const TRACE_EXAMPLES: &str = "\
Examples:
  cosim run laundry.ron --trace laundry.packed       a tenth of the bytes of JSON Lines
  cosim trace laundry.packed | head
  cosim trace laundry.packed -o laundry.jsonl        the same bytes as --trace laundry.jsonl

Exit codes: 0, or 2 where it is no packed trace, is cut off, or could not be written.";

pub const EXPLAIN_EXAMPLES: &str = "\
Examples:
  cosim explain              everything there is a page on
  cosim explain E0103        a message
  cosim explain asyncio      a runtime
  cosim explain block        a word

Exit codes: 0, or 2 where there is no such page.";

pub const LSP_EXAMPLES: &str = "\
An editor starts it by itself, once it has been told to; docs/editors.md says how that is done in VS Code,
Neovim, Helix and Zed.";

pub const WHY_EXAMPLES: &str = "\
Examples:
  cosim why laundry.ron                      what the time of each run went into
  cosim why laundry.ron 'wash(4)'            every wait of one task
  cosim why laundry.ron 'wash(4)@40min'      what it waited for then, and what that one waited for
  cosim why laundry.ron wash --run 'one worker who does not'
  cosim why laundry.ron --json

Exit codes: 0 done; 1 a mistake in the input; 2 not done: no such file, no such task, a bad option.";

pub const STEP_EXAMPLES: &str = "\
Examples:
  cosim step laundry.ron
  cosim step laundry.ron --run 'one worker who does not'
  cosim step laundry.cosim --runtime 'Js()' --set loads=3

Keys: → ← the next event, the one before; n N decisions; ↓ ↑ choose a lane; w why it waits;
Tab another run; Space play; p predict who runs next; c the critical path; ? all keys; q quit.

Exit codes: 0 done; 1 a mistake in the input; 2 not done, as without a terminal; 130 ended by a signal.";
