//! Typed code computes what plain code computes, and it is typed code that does: programs are played, and then it is
//! looked at what was made of their functions, and at the words that were left in it.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::exec::execute::perform;
use crate::exec::machine::Machine;
use crate::exec::typed::code::{Phrase, Quick, Typed};
use crate::exec::typed::kind::value;
use crate::exec::typed::lot::Lot;
use crate::lang::load_with;
use crate::lang::program::Program;
use crate::runtimes::coroutines::settings::Settings;
use crate::runtimes::runtime::Runtime;
use crate::runtimes::table::{RuntimeSpec, Visit};
use crate::sim::choice::Policy;
use crate::sim::kernel::{Kernel, Limit, Limits};
use crate::value::{TaskId, Value};

/// How often a function is called until it is typed, and until it is typed anew with what was seen.
const ROUNDS: usize = 4;
const LONGER: usize = 40;

const OPERATORS: [&str; 16] =
    ["+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>", "==", "!=", "<", "<=", ">", ">="];
/// Of some it has to be seen first what they come to.
const WORDS: [&str; 6] = ["-x", "not x", "not (x == y)", "floor(x)", "ln(x)", "int(x)"];

/// A program that was played to its end.
struct Played {
    program: Program,
    lots: Vec<Lot>,
    main: Value,
}

struct Play<'a>(&'a Program);

impl Visit for Play<'_> {
    type Output = Vec<Lot>;

    fn visit<R: Runtime>(self, runtime: &R) -> Vec<Lot> {
        let machine = Machine::new(self.0, runtime);
        perform(&machine);
        machine.lots
    }
}

fn play(text: &str, params: &[(&str, Value)]) -> Played {
    let params: BTreeMap<_, _> =
        params.iter().map(|(name, value)| (name.to_string(), value.clone())).collect();
    let program = load_with(text, &params).unwrap_or_else(|wrong| panic!("{text}: {wrong:?}"));
    let kernel = Kernel::new(0, Policy::First, Limits::default(), None);
    let lots = RuntimeSpec::Coroutines(Settings::default()).make(&kernel, Play(&program));
    let main = match kernel.outcome(TaskId { slot: 0, serial: 0 }) {
        Some(Ok(main)) => main,
        other => panic!("{text}: {other:?}"),
    };
    Played { program, lots, main }
}

impl Played {
    fn lot(&self, function: &str) -> &Lot {
        let n = self.program.functions.iter().position(|f| f.name == function);
        &self.lots[n.expect("it is a function")]
    }

    fn typed(&self, function: &str) -> &Typed {
        self.lot(function).typed().expect("it was typed")
    }

    /// The plain instructions of a function, of which kind the wanted registers are before each, and the typed ones.
    fn listing(&self, function: &str) -> String {
        let (typed, mut out) = (self.typed(function), String::new());
        for (at, quick) in typed.code.iter().enumerate() {
            let kinds = typed.rows[at].as_ref().map_or("not known".to_string(), |row| {
                row.iter().map(|(reg, kind)| format!("r{reg} {kind:?}")).collect::<Vec<_>>().join(", ")
            });
            let plain = self.program.code[typed.pc(at) as usize];
            write!(out, "{at:4}  {plain:?}\n      {quick:?}").expect("a string takes everything");
            if let Phrase { saying: Some(saying), about, sent, kind, to, result, .. } = &typed.phrases[at] {
                let words = format!(" {saying:?} about: {about}, sent: {sent} {kind:?}, to: {to} {result:?}");
                out.push_str(&words);
            }
            writeln!(out, "  // {kinds}").expect("a string takes everything");
        }
        out
    }
}

/// A function gives this of its two arguments: what plain code comes to, what the function comes to time after time,
/// and its typed code.
fn rounds(formula: &str, x: &Value, y: &Value) -> (Value, Vec<Value>, Played) {
    let like = |value: &Value| match value {
        Value::Float(_) => "0.0",
        Value::Duration(_) => "0ns",
        Value::Bool(_) => "false",
        _int => "0",
    };
    let times = if WORDS.contains(&formula) { LONGER } else { ROUNDS };
    let text = format!(
        "param a = {}\nparam b = {}\n\
         shared came = []\n\
         task once(x, y) {{ return {formula} }}\n\
         task t(x, y) {{ await yield\n return {formula} }}\n\
         main {{\n\
           let plain = spawn once(a, b)\n\
           try {{ came = came + [await plain] }} catch e {{ came = came + [str(e)] }}\n\
           for _ in 0..{times} {{ let h = spawn t(a, b)\n\
           try {{ came = came + [await h] }} catch e {{ came = came + [str(e)] }} }}\n\
           return came\n\
         }}\n",
        like(x),
        like(y)
    );
    let played = play(&text, &[("a", x.clone()), ("b", y.clone())]);
    assert!(played.lot("once").typed().is_none(), "what is done once is done by plain code");
    let Value::List(came) = &played.main else { panic!("{text}: {:?}", played.main) };
    (came[0].clone(), came[1..].to_vec(), played)
}

/// All that a function does up to where it returns, if it is all typed.
fn whole(typed: &Typed) -> Option<&[Quick]> {
    let returns = typed.code.iter().position(|quick| matches!(quick, Quick::Return { .. }))?;
    let code = &typed.code[..=returns];
    (!code.iter().any(|quick| matches!(quick, Quick::Plain))).then_some(code)
}

/// Every round comes to what plain code comes to, and where nothing fails it is typed code that has come to it.
fn agree(formula: &str, x: &Value, y: &Value) {
    let (plain, rounds, played) = rounds(formula, x, y);
    let expected = format!("{plain:?}");
    let same = rounds.iter().all(|round| format!("{round:?}") == expected);
    assert!(same && !rounds.is_empty(), "{formula} of {x:?}, {y:?}: {expected}, {rounds:?}");
    let typed = played.typed("t");
    let Some(&[.., Quick::Return { from, kind }]) = whole(typed) else {
        panic!("{formula} of {x:?}, {y:?} is not typed: {:?}", typed.code)
    };
    if !matches!(plain, Value::Text(_)) {
        let left = value(kind, typed.words.borrow()[usize::from(from)]);
        assert_eq!(format!("{left:?}"), expected, "{formula} of {x:?}, {y:?}: {:?}", typed.code);
    }
}

/// Is it typed where the arguments are of these kinds?
fn is_typed(formula: &str, x: &Value, y: &Value) -> bool {
    whole(rounds(formula, x, y).2.typed("t")).is_some()
}

/// Values of each kind, at the edges of what there is.
fn values() -> [Vec<Value>; 4] {
    let ints = [i64::MIN, i64::MIN + 1, -65, -1, 0, 1, 2, 13, 63, 64, (1 << 53) + 1, i64::MAX];
    let floats = [f64::MIN, -1e300, -2.5, -0.0, 0.5, 3.0, 9007199254740993.0, 1e19, f64::MAX];
    let durations = [i64::MIN, -1, 0, 1, 1_000_000_007, i64::MAX];
    [
        ints.map(Value::Int).to_vec(),
        floats.map(Value::Float).to_vec(),
        durations.map(Value::Duration).to_vec(),
        [false, true].map(Value::Bool).to_vec(),
    ]
}

#[test]
fn operators() {
    let values = values();
    for formula in OPERATORS.map(|operator| format!("x {operator} y")) {
        let kinds = values.iter().flat_map(|left| values.iter().map(move |right| (left, right)));
        for (left, right) in kinds.filter(|(left, right)| is_typed(&formula, &left[0], &right[0])) {
            left.iter().for_each(|x| right.iter().for_each(|y| agree(&formula, x, y)));
        }
    }
}

#[test]
fn words() {
    let y = Value::Int(1);
    for word in WORDS {
        for kind in values().iter().filter(|kind| is_typed(word, &kind[0], &y)) {
            kind.iter().for_each(|x| agree(word, x, &y));
        }
    }
}

/// Several instructions that typed code does as one, failures in the middle of them included.
#[test]
fn several_at_once() {
    let formulas = [
        ("x ^ x << y & 0xFFFF_FFFF", "XorShiftLeft"),
        ("x ^ (4095 & x << y)", "XorShiftLeft"),
        ("x ^ x >> y", "XorShiftRight"),
        ("(x & 255) + y", "AndAdd"),
        ("y + (x & 255)", "AndAdd"),
        ("1ns * (1 + (x & y))", "AndAdd"),
    ];
    let [ints, ..] = values();
    for (formula, one) in formulas {
        let (_, _, played) = rounds(formula, &Value::Int(13), &Value::Int(3));
        assert!(played.listing("t").contains(&format!("      {one} {{")), "{}", played.listing("t"));
        for (x, y) in ints.iter().flat_map(|x| ints.iter().map(move |y| (x, y))) {
            agree(formula, x, y);
        }
    }
}

/// Of which kinds operands are where an operator or a word is typed, and what it becomes; the others are left to plain
/// code.
#[test]
fn what_is_typed() {
    let some = [
        ("int", Value::Int(13)),
        ("float", Value::Float(2.5)),
        ("duration", Value::Duration(7)),
        ("bool", Value::Bool(true)),
    ];
    let mut table = String::new();
    let mut line = |formula: &str, kinds: &str, x: &Value, y: &Value| {
        let (_, _, played) = rounds(formula, x, y);
        if let Some([_yield, between @ .., _return]) = whole(played.typed("t")) {
            let between: Vec<String> = between.iter().map(|quick| format!("{quick:?}")).collect();
            writeln!(table, "{formula}, {kinds}: {}", between.join(", ")).expect("a string takes everything");
        }
    };
    for operator in OPERATORS {
        for ((x, left), (y, right)) in some.iter().flat_map(|x| some.iter().map(move |y| (x, y))) {
            line(&format!("x {operator} y"), &format!("{x} and {y}"), left, right);
        }
    }
    for word in WORDS {
        some.iter().for_each(|(kind, x)| line(word, kind, x, &Value::Int(1)));
    }
    insta::assert_snapshot!(table);
}

/// A program and what becomes of it: the loop of the first workload (`benches/w1-sleepers.cosim`), a lock, a channel.
#[test]
fn programs_and_their_typed_code() {
    let programs = [
        (
            "sleeper",
            "shared sum = 0ns
task sleeper(i) {
    let x = (i + 1) * 2654435769 & 0xFFFF_FFFF
    for _ in 0..5 {
        x = x ^ x << 13 & 0xFFFF_FFFF
        x = x ^ x >> 17
        x = x ^ x << 5 & 0xFFFF_FFFF
        await sleep(1ns * (1 + (x & 0xFFFF)))
        sum = sum + now()
    }
}
main { group { for i in 0..4 { spawn sleeper(i) } } }
",
        ),
        (
            "customer",
            "lock till
channel orders(unbounded)
shared served = 0
task customer(patience) {
    while served < 6 {
        let order = await orders.recv()
        with till { work patience }
        if order == 3 { served = served + 2 } else { served = served + 1 }
    }
}
main {
    for n in 0..20 { await orders.send(n) }
    group { for _ in 0..3 { spawn customer(2ms) } }
}
",
        ),
        (
            "main",
            "task child(i) { await sleep(1ms * i) }
main {
    for _ in 0..9 {
        group { for i in 0..3 { spawn child(i) } }
    }
}
",
        ),
    ];
    let mut shown = String::new();
    for (function, text) in programs {
        let listing = play(text, &[]).listing(function);
        write!(shown, "{text}\n════════\n\n{listing}\n\n").expect("a string takes everything");
    }
    insta::assert_snapshot!(shown);
}

/// Who waits for a group and is cancelled is cancelled, and does not go on behind it; once all inside has ended.
#[test]
fn a_cancellation_reaches_who_leaves_a_group() {
    let played = play(
        "shared came = []\n\
        task child() { try { await sleep(5ms) } finally { came = came + [now()] } }\n\
        task parent() { group { spawn child() }\n came = came + [\"on\"] }\n\
        main { for _ in 0..6 { let h = spawn parent()\n await sleep(1ms)\n cancel h\n await sleep(1ms)\n\
        came = came + [h.cancelled()] }\n\
        return came }\n",
        &[],
    );
    let listing = played.listing("parent");
    assert!(listing.contains("Say Leave"), "{listing}");
    let Value::List(came) = &played.main else { panic!("{:?}", played.main) };
    let shown: Vec<String> = came.iter().map(ToString::to_string).collect();
    let expected = (0..6).flat_map(|round| [format!("{}ms", 2 * round + 1), "true".to_string()]);
    assert_eq!(shown, expected.collect::<Vec<_>>());
}

/// Loops and comparisons jump to the same places; what is shared grows by the same.
#[test]
fn loops_and_shared_variables() {
    let played = play(
        "shared sum = 0\nshared late = 0ns\nshared list = [1, 2, 3]\n\
        task t(n) {\n\
          let x = 0\n\
          for i in 0..n {\n\
            if i < 3 { x = x + 1 }\n if i <= 3 { x = x + 10 }\n if i > 3 { x = x + 100 }\n\
            if i >= 3 { x = x + 1000 }\n if i == 3 { x = x + 10000 }\n if i != 3 { x = x + 100000 }\n\
            sum = sum + x\n late = late + now()\n list[i % 3] = list[(i + 1) % 3] + 1\n\
            await sleep(1ms)\n\
          }\n\
          return x\n\
        }\n\
        main { let all = []\n for _ in 0..8 { let h = spawn t(7)\n all = all + [await h] }\n\
        return [all, sum, late, list] }\n",
        &[],
    );
    let Value::List(came) = &played.main else { panic!("{:?}", played.main) };
    // 3 × 1 + 4 × 10 + 3 × 100 + 4 × 1000 + 1 × 10000 + 6 × 100000
    let x = 614_343;
    let (mut sum, mut late, mut now, mut list) = (0, 0, 0, [1i64, 2, 3]);
    for _ in 0..8 {
        let mut x = 0;
        for i in 0..7i64 {
            x +=
                i64::from(i < 3) + 10 * i64::from(i <= 3) + 100 * i64::from(i > 3) + 1000 * i64::from(i >= 3);
            x += 10_000 * i64::from(i == 3) + 100_000 * i64::from(i != 3);
            sum += x;
            late += now;
            list[(i % 3) as usize] = list[((i + 1) % 3) as usize] + 1;
            now += 1_000_000;
        }
    }
    let shown: Vec<String> = came.iter().map(|value| format!("{value:?}")).collect();
    assert_eq!(shown[0], format!("List({:?})", vec![Value::Int(x); 8]));
    assert_eq!(shown[1], format!("Int({sum})"));
    assert_eq!(shown[2], format!("Duration({late})"));
    assert_eq!(shown[3], format!("List({:?})", list.map(Value::Int)));
    assert!(played.typed("t").code.iter().any(|quick| matches!(quick, Quick::AddSharedNow { .. })));
}

#[test]
fn a_generator_whose_number_grows_too_large_fails_like_plain_code() {
    let text = "task numbers(seed, rounds) {\n let x = seed\n await yield\n\
          for i in 0..rounds {\n x = x ^ x << 13 & 4294967295\n x = x ^ x >> 17\n x = x ^ x << 5 & 4294967295\n }\n\
          return x }\n\
        main {\n let came = []\n\
          for seed in [2463534242, 1125899906842624, 4611686018427387904] {\n\
            try { came = came + [await spawn numbers(seed, 3)] } catch e { came = came + [e] }\n }\n\
          return came\n}\n";
    let played = play(text, &[]);
    assert!(played.typed("numbers").code.iter().any(|quick| matches!(quick, Quick::XorShifts { .. })));
    let too_large = "overflow: the result does not fit into 64 bits";
    assert_eq!(played.main.to_string(), format!("[2064144800, {too_large}, {too_large}]"));
}

/// Typed code was made for ints, and then something else comes along: as an argument, out of a shared variable, a list, a
/// channel, another task, and while a task waits. Whatever it is, it stays what it is.
#[test]
fn kinds_change() {
    let text = "param others = 6\nshared one = 0\nshared list = [0]\nchannel box(unbounded)\n\
        task argument(x) { await yield\n return x }\n\
        task variable() { await yield\n return one }\n\
        task element() { await yield\n return list[0] }\n\
        task constant(i) { await yield\n return [1, 2.5, 3s, true, \"x\", none][i] }\n\
        task message() { let v = await box.recv()\n await sleep(1ms)\n await sleep(1ms)\n return v }\n\
        task many(a, b) { let v = await box.recv()\n let w = v\n await sleep(a)\n await sleep(b)\n\
          return [v, w, b - a] }\n\
        task result(x) { let h = spawn argument(x)\n let v = await h\n await sleep(1ms)\n return v }\n\
        task grown(x) { await yield\n one = one + x\n return one }\n\
        task all(x) {\n\
          one = x\n list = [x]\n await box.send(x)\n await box.send(x)\n\
          let came = [await spawn argument(x), await spawn variable(), await spawn element()]\n\
          came = came + [await spawn message(), await spawn many(1ms, 3ms), await spawn result(x)]\n\
          return came\n\
        }\n\
        main {\n\
          let came = []\n\
          for n in 0..40 { came = came + [await spawn all(n), await spawn constant(0), await spawn grown(n)] }\n\
          for i in 0..others {\n\
            let x = await spawn constant(i)\n\
            came = came + [await spawn all(x)]\n\
            try { came = came + [await spawn grown(x)] } catch e { came = came + [\"no\"] }\n\
          }\n\
          return came\n\
        }\n";
    let all = |x: &str| format!("[{x}, {x}, {x}, {x}, [{x}, {x}, 2ms], {x}]");
    let mut expected: Vec<String> = Vec::new();
    for n in 0..40 {
        expected.extend([all(&n.to_string()), "1".to_string(), (2 * n).to_string()]);
    }
    let others = [("1", "2"), ("2.5", "5.0"), ("3s", "6s"), ("true", "no"), ("x", "xx"), ("none", "no")];
    for (x, twice) in others {
        expected.extend([all(x), twice.to_string()]);
    }
    assert_eq!(play(text, &[]).main.to_string(), format!("[{}]", expected.join(", ")));
    // Before the others came, all of it was typed.
    let ints = play(text, &[("others", Value::Int(0))]);
    for function in ["argument", "variable", "element", "constant", "message", "result", "grown"] {
        let returns = ints.typed(function).code.iter().any(|quick| matches!(quick, Quick::Return { .. }));
        assert!(returns, "{}", ints.listing(function));
    }
}

#[test]
fn what_never_waits_is_ended_by_the_step_limit() {
    // Between two words of a round there is less than anybody would look at.
    for round in ["with l { x = x + 1 }", "await c.send(x)\n x = await c.recv()", "x = x + 1"] {
        let text = format!("lock l\nchannel c(unbounded)\nmain {{\n let x = 1\n loop {{\n {round}\n }}\n }}");
        let program = load_with(&text, &BTreeMap::new()).unwrap_or_else(|wrong| panic!("{text}: {wrong:?}"));
        let limits = Limits { steps: 100_000, ..Limits::default() };
        let kernel = Kernel::new(0, Policy::First, limits, None);
        let lots = RuntimeSpec::Coroutines(Settings::default()).make(&kernel, Play(&program));
        assert_eq!(kernel.exhausted(), Some(Limit::Steps), "{text}");
        assert!(lots.iter().any(|lot| lot.typed().is_some()), "{text}");
    }
}
