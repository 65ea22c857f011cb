//! Words of other languages, and what they are called here.

/// Words that begin a task elsewhere.
pub const TASK_WORDS: [&str; 12] =
    ["def", "fn", "func", "function", "fun", "proc", "async", "sub", "pub", "export", "static", "coroutine"];

/// What other languages call `log`.
pub const PRINTERS: [&str; 5] = ["print", "println", "printf", "puts", "echo"];

/// Words that begin a block that hangs on an `if` elsewhere.
pub const ELSE_IF: [&str; 3] = ["elif", "elseif", "elsif"];

/// Signs of other languages with what to write instead.
pub const SIGNS: [(&str, &str); 12] = [
    ("===", "`==` compares"),
    ("!==", "`!=` compares"),
    ("<>", "`!=` compares"),
    ("**", "powers are `pow(x, n)`"),
    (":=", "`let x = …` makes a variable, `x = …` changes it"),
    ("::", "a method is called with a dot: `orders.recv()`"),
    ("->", "a task gives its value with `return`; no type is declared"),
    ("<-", "write `await orders.recv()` and `await orders.send(v)`"),
    ("?", "there is no `a ? b : c`; use `if c { x = a } else { x = b }`"),
    ("??", "use `if x == none { … }`"),
    ("~", "there is no bitwise not; `x ^ -1` is the same"),
    ("@", "there are no decorators"),
];

/// What a statement begins with elsewhere, what it begins with here, and why.
pub const WORDS: [(&str, &str, &str); 25] = [
    ("var", "let", "variables are made with `let`"),
    ("const", "let", "variables are made with `let`; a constant of the whole program is a `param`"),
    ("auto", "let", "variables are made with `let`"),
    ("val", "let", "variables are made with `let`"),
    ("int", "let", "variables are made with `let`; types are not written"),
    ("raise", "fail", "failures are raised with `fail`"),
    ("throw", "fail", "failures are raised with `fail`"),
    ("panic", "fail", "failures are raised with `fail`"),
    ("except", "catch", "failures are caught with `catch e { … }`"),
    ("go", "spawn", "tasks are started with `spawn`"),
    ("switch", "if", "cases are written `if … { } else if … { }`"),
    ("match", "if", "cases are written `if … { } else if … { }`"),
    ("do", "loop", "write `loop { … if done { break } }`"),
    ("repeat", "loop", "write `loop { … if done { break } }`"),
    ("until", "while", "write `while not …`"),
    ("unless", "if", "write `if not …`"),
    ("foreach", "for", "write `for x in list { … }`"),
    ("delay", "await sleep", "waiting is `await sleep(5ms)`"),
    ("lambda", "task", "functions are tasks, declared at the outermost level"),
    ("del", "let", "variables end with their block"),
    ("global", "shared", "a variable every task sees is declared `shared x = 0`, at the outermost level"),
    ("nonlocal", "shared", "a variable every task sees is declared `shared x = 0`, at the outermost level"),
    ("pass", "{ }", "an empty block is `{ }`"),
    ("import", "task", "a scenario is one file; there is nothing to import"),
    ("from", "task", "a scenario is one file; there is nothing to import"),
];
