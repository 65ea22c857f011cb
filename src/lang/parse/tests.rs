//! What the parser promises, beyond the cases of `tests/cases/syntax`.

use crate::lang::ast::{File, Item};
use crate::lang::parse::limits::ParseLimits;
use crate::lang::parse::parser::{parse, parse_expression};
use crate::source::SourceId;

const WHOLE_LANGUAGE: &str = r#"
// One worker, ten washing machines.
param loads     = 10   /* may be set */
param wash_time = 30min
param 忍耐 = 1h30min
resource  machine(10)
lock      till
lock      shelf inherit
semaphore slots(3)
rwlock    table
channel   orders(5)
channel   errors(unbounded)
event     doors_open
condition not_empty(till)
barrier   gate(4)
future    reply
workers   cook(2)
workers   oven(2) processes
shared    count = 0
metric    latency
lock      fork[5]

task wash(load) {
    with machine {
        work 2min                  "load {load}"
        await io(wash_time)        "machine runs {load + 1}"
        work 5min
    }
}

task serve(id, patience,) {
    let start = now()
    let xs = [1, 2 + 3 * -x, [none, true, false], 'plain {x}', "a{{b}}\t{f("n{1}")}",]
    timeout patience {
        with slots { await sleep(exponential(20ms)) "query {id}" }
    } else {
        log "gave up {id}"
        return false
    }
    timeout 5s { await yield }
    xs[0] = xs[1] ^ 0xFF << 2 & 3 | 1_000
    observe latency, now() - start
    assert not count == 3 and start < 5s or cancel h, "no {id}"
    if a { b() } else if c { d() } else if e { } else { await f() }
    while true { break; continue }
    loop { return }
    for x in 1..=loads - 1 { }
    for x in 0..n { } for await v in orders { }
    for await v in as_completed(t(1), t(2), timeout: 5s) { }
    let h = spawn t(a) priority 5 + 1 on cook in g daemon
    spawn t()
    let r = await gather(t(i) for i in 1..=10)
    let s = await settle(t(i, 2) for i in xs)
    group g { spawn t() in g }
    group { }
    select {
        v = a.recv() => { }  b.send(x) => { }
        h => { }
        v = h => { log v }
        after 5s => { }
    }
    try { fail "why" } catch e { fail e } catch cancelled { fail cancelled } finally { await shield(t(1)) }
    fail cancelled(v)
    with table.read { }
    await fork[i].acquire()
    fork[i].release()
    reply.fail("why")
    block 5ms "hold"
    return
        now()
}

main {
    for load in 1..=loads { spawn wash(load) }
}
"#;

fn parse_text(text: &str) -> (File, Vec<String>) {
    let (file, problems) = parse(SourceId(0), text, 0, &ParseLimits::default());
    (
        file,
        problems.iter().map(|p| format!("{} {} {:?}", p.code, p.message, p.labels[0].span.range())).collect(),
    )
}

#[test]
fn the_whole_language_is_read() {
    let (file, problems) = parse_text(WHOLE_LANGUAGE);
    assert_eq!(problems, Vec::<String>::new());
    assert_eq!(file.items.len(), 22);
    let Some(Item::Task { body, .. }) = file.items.get(19) else { panic!("a task is expected") };
    let span = body.statements[0].span.range();
    assert_eq!(
        &WHOLE_LANGUAGE[span],
        "with machine {\n        work 2min                  \"load {load}\"\n        await io(wash_time)        \"machine runs {load + 1}\"\n        work 5min\n    }"
    );
}

#[test]
fn expressions_are_weighed() {
    for (text, shape) in [
        ("1 + 2 * 3 - 4", "((1 + (2 * 3)) - 4)"),
        ("not a == b and c or d", "(((not (a == b)) and c) or d)"),
        ("-x * y", "((-x) * y)"),
        ("a | b ^ c & d << e", "(a | (b ^ (c & (d << e))))"),
        ("await h + 1", "((await h) + 1)"),
        ("a and not b or c", "((a and (not b)) or c)"),
        ("- - x", "(-(-x))"),
    ] {
        let expr = parse_expression(SourceId(0), text, 0).expect(text);
        assert_eq!(shape_of(&expr), shape, "{text}");
    }
}

#[test]
fn expressions_alone() {
    let codes = |text| match parse_expression(SourceId(0), text, 3) {
        Ok(_) => Vec::new(),
        Err(problems) => {
            problems.iter().map(|problem| (problem.code, problem.labels[0].span.start)).collect()
        }
    };
    assert_eq!(codes("makespan('one worker who waits') < makespan('b') / 4 // c"), []);
    assert_eq!(codes("-9223372036854775808"), []);
    assert_eq!(codes("9223372036854775808"), [("E0011", 3)]);
    assert_eq!(codes(""), [("E0001", 3)]);
    assert_eq!(codes("1 +"), [("E0001", 6)]);
    assert_eq!(codes("a = b"), [("E0022", 5)]);
    assert_eq!(codes("(a"), [("E0002", 3)]);
    assert_eq!(codes("a && b"), [("E0026", 5)]);
    assert_eq!(codes("'a"), [("E0004", 3)]);
}

fn shape_of(expr: &crate::lang::ast::Expr) -> String {
    use crate::lang::ast::{BinaryOp, ExprKind, UnaryOp};
    match &expr.kind {
        ExprKind::Name(name) => name.clone(),
        ExprKind::Int(value) => value.to_string(),
        ExprKind::Unary(UnaryOp::Negate, x) => format!("(-{})", shape_of(x)),
        ExprKind::Unary(UnaryOp::Not, x) => format!("(not {})", shape_of(x)),
        ExprKind::Await(x) => format!("(await {})", shape_of(x)),
        ExprKind::Logic { and, left, right } => {
            format!("({} {} {})", shape_of(left), if *and { "and" } else { "or" }, shape_of(right))
        }
        ExprKind::Binary(op, left, right) => {
            let sign = match op {
                BinaryOp::Add => "+",
                BinaryOp::Subtract => "-",
                BinaryOp::Multiply => "*",
                BinaryOp::Equal => "==",
                BinaryOp::BitOr => "|",
                BinaryOp::BitXor => "^",
                BinaryOp::BitAnd => "&",
                BinaryOp::ShiftLeft => "<<",
                other => panic!("no sign for {other:?}"),
            };
            format!("({} {sign} {})", shape_of(left), shape_of(right))
        }
        other => panic!("no shape for {other:?}"),
    }
}
