//! What typed code computes is what plain code computes: every operator on numbers at the edges of their ranges.
//!
//! A task that is started again and again is executed plainly at first and by typed code later (`exec/typed/lot.rs`);
//! all must come to the same, failures included.

use std::collections::BTreeMap;

use cosim::exec::execute::execute;
use cosim::lang::load_with;
use cosim::runtimes::coroutines::settings::Settings;
use cosim::runtimes::table::RuntimeSpec;
use cosim::sim::choice::Policy;
use cosim::sim::kernel::Limits;
use cosim::value::Value;

const OPERATORS: [&str; 16] =
    ["+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>", "==", "!=", "<", "<=", ">", ">="];
const WORDS: [&str; 5] = ["-x", "not (x == y)", "floor(x)", "ln(x)", "int(x)"];

fn values() -> Vec<Value> {
    let ints = [i64::MIN, i64::MIN + 1, -65, -1, 0, 1, 2, 13, 63, 64, (1 << 53) + 1, i64::MAX];
    let floats = [f64::MIN, -1e300, -2.5, -0.0, 0.5, 3.0, 9007199254740993.0, 1e19, f64::MAX];
    let durations = [i64::MIN, -1, 0, 1, 1_000_000_007, i64::MAX];
    let bools = [Value::Bool(false), Value::Bool(true)];
    let all = ints.into_iter().map(Value::Int).chain(floats.into_iter().map(Value::Float));
    all.chain(durations.into_iter().map(Value::Duration)).chain(bools).collect()
}

/// What a task comes to that gives this of its two arguments, time after time.
fn rounds(formula: &str, x: &Value, y: &Value) -> Vec<String> {
    let like = |value: &Value| match value {
        Value::Float(_) => "0.0",
        Value::Duration(_) => "0ns",
        Value::Bool(_) => "false",
        _int => "0",
    };
    let text = format!(
        "param a = {}\nparam b = {}\n\
         shared came = []\n\
         task t(x, y) {{ await yield\n return {formula} }}\n\
         main {{ for _ in 0..6 {{ let h = spawn t(a, b)\n\
         try {{ came = came + [await h] }} catch e {{ came = came + [str(e)] }} }}\n return came }}\n",
        like(x),
        like(y)
    );
    let params = BTreeMap::from([("a".to_string(), x.clone()), ("b".to_string(), y.clone())]);
    let program = load_with(&text, &params).unwrap_or_else(|wrong| panic!("{text}: {wrong:?}"));
    let runtime = RuntimeSpec::Coroutines(Settings::default());
    let finished = execute(&program, &runtime, 0, Policy::First, Limits::default(), None);
    let Some(Ok(Value::List(came))) = finished.main else { panic!("{text}: {:?}", finished.main) };
    came.iter().map(|value| format!("{value:?}")).collect()
}

fn agree(formula: &str, x: &Value, y: &Value) {
    let rounds = rounds(formula, x, y);
    assert_eq!(rounds.len(), 6, "{formula} of {x:?}, {y:?}");
    assert!(rounds.iter().all(|round| *round == rounds[0]), "{formula} of {x:?}, {y:?}: {rounds:#?}");
}

#[test]
fn operators() {
    let values = values();
    for operator in OPERATORS {
        for (x, y) in values.iter().flat_map(|x| values.iter().map(move |y| (x, y))) {
            agree(&format!("x {operator} y"), x, y);
        }
    }
}

#[test]
fn words() {
    for word in WORDS {
        values().iter().for_each(|x| agree(word, x, &Value::Int(1)));
    }
}

/// Several instructions that typed code does as one, failures in the middle of them included.
#[test]
fn several_at_once() {
    let formulas = [
        "x ^ x << y & 0xFFFF_FFFF",
        "x ^ (4095 & x << y)",
        "x ^ x >> y",
        "(x & 255) + y",
        "y + (x & 255)",
        "1ns * (1 + (x & y))",
    ];
    let ints: Vec<Value> = values().into_iter().filter(|value| matches!(value, Value::Int(_))).collect();
    for formula in formulas {
        for (x, y) in ints.iter().flat_map(|x| ints.iter().map(move |y| (x, y))) {
            agree(formula, x, y);
        }
    }
}

/// Loops and comparisons jump to the same places; what is shared grows by the same.
#[test]
fn loops_and_shared_variables() {
    let text = "shared sum = 0\nshared late = 0ns\nshared list = [1, 2, 3]\n\
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
        return [all, sum, late, list] }\n";
    let program = load_with(text, &BTreeMap::new()).expect("it is a program");
    let runtime = RuntimeSpec::Coroutines(Settings::default());
    let finished = execute(&program, &runtime, 0, Policy::First, Limits::default(), None);
    let Some(Ok(Value::List(came))) = finished.main else { panic!("{:?}", finished.main) };
    // 3 × 1 + 4 × 10 + 3 × 100 + 4 × 1000 + 1 × 10000 + 6 × 100000
    let x = 614_343;
    let mut expected = (0, 0, [1, 2, 3]);
    let (mut now, mut list) = (0, [1i64, 2, 3]);
    for _ in 0..8 {
        let mut x = 0;
        for i in 0..7i64 {
            x +=
                i64::from(i < 3) + 10 * i64::from(i <= 3) + 100 * i64::from(i > 3) + 1000 * i64::from(i >= 3);
            x += 10_000 * i64::from(i == 3) + 100_000 * i64::from(i != 3);
            expected.0 += x;
            expected.1 += now;
            list[(i % 3) as usize] = list[((i + 1) % 3) as usize] + 1;
            now += 1_000_000;
        }
    }
    expected.2 = list;
    let shown: Vec<String> = came.iter().map(|value| format!("{value:?}")).collect();
    assert_eq!(shown[0], format!("List({:?})", vec![Value::Int(x); 8]));
    assert_eq!(shown[1], format!("Int({})", expected.0));
    assert_eq!(shown[2], format!("Duration({})", expected.1));
    assert_eq!(shown[3], format!("List({:?})", expected.2.map(Value::Int)));
}
