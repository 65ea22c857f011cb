//! How programs are to look.

use crate::lang::format::format;
use crate::lang::parse::ParseLimits;
use crate::source::SourceId;

#[track_caller]
fn becomes(text: &str, wanted: &str) {
    let once = format(SourceId(0), text, &ParseLimits::default()).expect("it can be read");
    assert_eq!(once, wanted);
    let twice = format(SourceId(0), &once, &ParseLimits::default()).expect("it can be read again");
    assert_eq!(twice, once, "not the same twice");
}

#[test]
fn nothing_stays_nothing() {
    becomes("", "");
    becomes("\n\n  \n", "");
    becomes("// alone", "// alone\n");
}

#[test]
fn blanks_are_made_anew() {
    becomes(
        "param   n=10\nlock l [ 5 ]\nresource m ( n )\ntask t(a,b,){return a+b*-1}\n",
        "param n = 10\nlock l[5]\nresource m(n)\ntask t(a, b) { return a + b * -1 }\n",
    );
    becomes(
        "main{\nlet x=[1,2 ,- - 3,not(true)]\nx [0]=f ( a:1 , g(i)for i in 0 .. 3 ) . y\nfor i in 1 ..= n-1{}\n}",
        "main {\n    let x = [1, 2, - -3, not (true)]\n    x[0] = f(a: 1, g(i) for i in 0..3).y\n    for i in 1..=n - 1 { }\n}\n",
    );
}

#[test]
fn a_minus_negates_or_takes_away() {
    becomes(
        "main {\n x = a-1\n x = (a)-1\n x = a[0]-1\n x = -1\n x = a*-1\n x = r.fail-1\n return -1\n}",
        "main {\n    x = a - 1\n    x = (a) - 1\n    x = a[0] - 1\n    x = -1\n    x = a * -1\n    x = r.fail - 1\n    return -1\n}\n",
    );
}

#[test]
fn labels_stand_below_each_other() {
    becomes(
        "main {\nwork 2min \"load\"\nawait io(wash_time) \"machine runs\"\nawait sleep(exponential(20ms)) \"query\"\nawait gather(a(1), b(2), c(3)) \"all of them\"\n}",
        "main {\n    work 2min                      \"load\"\n    await io(wash_time)            \"machine runs\"\n    await sleep(exponential(20ms)) \"query\"\n    await gather(a(1), b(2), c(3)) \"all of them\"\n}\n",
    );
}

#[test]
fn what_follows_directly_is_aligned() {
    becomes(
        "param a = 1 // one\nparam longer = 2 // two\n\nparam b = 3\nshared count = 0\nshared x = 1",
        "param a      = 1                   // one\nparam longer = 2                   // two\n\nparam b = 3\nshared count = 0\nshared x     = 1\n",
    );
    // Wider than two columns each.
    becomes("param 忍耐 = 1h\nparam n = 2", "param 忍耐 = 1h\nparam n    = 2\n");
}

#[test]
fn a_line_stays_a_line_if_it_fits() {
    becomes(
        "main { try { await f() } catch e { log \"sorry\" } }",
        "main { try { await f() } catch e { log \"sorry\" } }\n",
    );
    becomes("main { a();b() ; }", "main { a(); b() }\n");
    becomes(
        "main { try { await f() }\ncatch e { log \"sorry\" } }",
        "main {\n    try {\n        await f()\n    } catch e {\n        log \"sorry\"\n    }\n}\n",
    );
    becomes(
        "main { select { v=a.recv()=>{log v} after 5s=>{ } } }",
        "main {\n    select {\n        v = a.recv() => { log v }\n        after 5s => { }\n    }\n}\n",
    );
    let long = "x".repeat(95);
    becomes(&format!("main {{ {long} }}"), &format!("main {{\n    {long}\n}}\n"));
}

/// Measured again for each of its elements it would take minutes.
#[test]
fn a_long_list_is_formatted_as_quickly_as_it_is_read() {
    let list = |between: &str| vec!["1000"; 40_000].join(between);
    let text = format!("main {{ let x = [{}] }}\n", list(","));
    let formatted = format(SourceId(0), &text, &ParseLimits::default()).expect("it is a program");
    assert_eq!(formatted.matches("1000,\n").count(), 40_000);
    becomes(&formatted, &formatted);
}

#[test]
fn what_is_too_long_is_broken() {
    let name = "n".repeat(30);
    becomes(
        &format!("main {{\nlet r = await gather({name}(1), {name}(2), {name}(3), timeout: 5s)\n}}"),
        &format!(
            "main {{\n    let r = await gather(\n        {name}(1),\n        {name}(2),\n        {name}(3),\n        timeout: 5s,\n    )\n}}\n"
        ),
    );
    becomes(
        &format!("main {{\nif {name} == 1 and {name} == 2 or f({name}) {{ a() }}\n}}"),
        &format!(
            "main {{\n    if {name} == 1\n        and {name} == 2\n        or f({name}) {{\n        a()\n    }}\n}}\n"
        ),
    );
    becomes(
        &format!("main {{\nawait io({name}) \"{name}{name}{name}\"\n}}"),
        &format!("main {{\n    await io({name})\n        \"{name}{name}{name}\"\n}}\n"),
    );
    // Parentheses take no comma.
    becomes(
        &format!("main {{\nx = ({name} + {name} + {name} + {name})\n}}"),
        &format!("main {{\n    x = (\n        {name} + {name} + {name} + {name}\n    )\n}}\n"),
    );
}

#[test]
fn a_list_with_a_line_for_each_stays_one() {
    becomes(
        "main {\nlet x = [\n1,2,\n3]\n}",
        "main {\n    let x = [\n        1,\n        2,\n        3,\n    ]\n}\n",
    );
    becomes("main {\nlet x = [1,\n2]\n}", "main {\n    let x = [1, 2]\n}\n");
}

#[test]
fn empty_lines_are_kept_one_at_a_time() {
    becomes(
        "\n\nparam n = 1\n\n\n\nmain {\n\n\n  a()\n\n\n\n  b()\n\n}\n\n",
        "param n = 1\n\nmain {\n    a()\n\n    b()\n}\n",
    );
}

#[test]
fn comments_stay_where_they_are() {
    becomes(
        "// first\n\n/* second */ param n = 1 // third\nmain { // fourth\n// fifth\na() // sixth\n\n// seventh\n}\n// eighth",
        "// first\n\n/* second */\nparam n = 1                        // third\nmain {                             // fourth\n    // fifth\n    a()                            // sixth\n\n    // seventh\n}\n// eighth\n",
    );
    becomes(
        "main {\nif a /* why */ and b { c() } // yes\nelse /* not */ { d() }\n}",
        "main {\n    if a /* why */ and b {\n        c()\n    }                              // yes\n    else /* not */ {\n        d()\n    }\n}\n",
    );
    becomes(
        "main {\nf(a, // one\n  b /* two */,\n// three\n)\n}",
        "main {\n    f(\n        a,                         // one\n        b /* two */,\n        // three\n    )\n}\n",
    );
    becomes(
        "main {\nx = (a // why\n)\n}",
        "main {\n    x = (\n        a                          // why\n    )\n}\n",
    );
    becomes(
        "main {\nx = a // why\n+ b // then\n}",
        "main {\n    x = a                          // why\n        + b                        // then\n}\n",
    );
    becomes("main { }\n/* a\n   b */\n", "main { }\n/* a\n   b */\n");
}

#[test]
fn a_return_keeps_its_value() {
    becomes(
        "main {\nif a { return\n}\nreturn\nb()\n}",
        "main {\n    if a {\n        return\n    }\n    return\n    b()\n}\n",
    );
}

#[test]
fn what_cannot_be_read_is_not_touched() {
    let problems = format(SourceId(0), "main {", &ParseLimits::default()).expect_err("it is not closed");
    assert_eq!(problems[0].code, "E0002");
}
