/**
 * The scenario language of cosim, for editors. `grammar/cosim.pest` is the language itself; this is its likeness
 * for colours, folds and text objects, and takes what that takes.
 */

/// <reference types="tree-sitter-cli/dsl" />

const comma = (rule) => optional(seq(rule, repeat(seq(',', rule)), optional(',')));

/** A place where the next line may go on, or be a statement of its own: it goes on. */
const PREC = {
  statement: 0,
  or: 1,
  and: 2,
  not: 3,
  compare: 4,
  bit_or: 5,
  bit_xor: 6,
  bit_and: 7,
  shift: 8,
  add: 9,
  multiply: 10,
  prefix: 11,
  postfix: 12,
};

module.exports = grammar({
  name: 'cosim',

  // Line breaks are blanks, but for `return`, whose value stands on its own line.
  externals: ($) => [$._same_line, $._error_sentinel],

  extras: ($) => [/[\s\uFEFF]/, $.comment],

  word: ($) => $.identifier,

  rules: {
    source_file: ($) => repeat(choice($._declaration, ';')),

    // ---- What stands at the outermost level

    _declaration: ($) => choice(
      $.param_declaration,
      $.shared_declaration,
      $.metric_declaration,
      $.object_declaration,
      $.task_declaration,
      $.main_declaration,
    ),

    param_declaration: ($) => seq('param', field('name', $._name), '=', field('value', $._expression)),
    shared_declaration: ($) => seq('shared', field('name', $._name), '=', field('value', $._expression)),
    metric_declaration: ($) => seq('metric', field('name', $._name)),

    object_declaration: ($) => prec.right(seq(
      field('kind', $.object_kind),
      field('name', $._name),
      optional(seq('[', field('count', $._expression), ']')),
      optional(seq('(', field('size', choice($.unbounded, $._expression)), ')')),
      repeat(field('option', $.object_option)),
    )),
    object_kind: (_) => choice(
      'resource', 'lock', 'semaphore', 'rwlock', 'channel', 'event', 'condition', 'barrier', 'future', 'workers',
    ),
    unbounded: (_) => prec(1, 'unbounded'),
    object_option: (_) => choice('inherit', 'processes'),

    task_declaration: ($) => seq(
      'task',
      field('name', $._name),
      field('parameters', $.parameters),
      field('body', $.block),
    ),
    parameters: ($) => seq('(', comma($._name), ')'),
    main_declaration: ($) => seq('main', field('body', $.block)),

    // ---- Statements

    block: ($) => seq('{', repeat(choice($._statement, ';')), '}'),

    _statement: ($) => choice(
      $.let_statement,
      $.assignment,
      $.work_statement,
      $.block_statement,
      $.if_statement,
      $.while_statement,
      $.loop_statement,
      $.for_statement,
      $.break_statement,
      $.continue_statement,
      $.return_statement,
      $.with_statement,
      $.group_statement,
      $.timeout_statement,
      $.scope_statement,
      $.select_statement,
      $.try_statement,
      $.fail_statement,
      $.log_statement,
      $.observe_statement,
      $.assert_statement,
      $.expression_statement,
    ),

    let_statement: ($) => prec.right(seq(
      'let', field('name', $._name), '=', field('value', $._expression),
    )),
    assignment: ($) => prec.right(seq(
      field('target', choice($._name, $.index_expression)), '=', field('value', $._expression),
    )),

    work_statement: ($) => prec.right(seq('work', field('duration', $._expression), optional(field('label', $._string)))),
    block_statement: ($) => prec.right(seq('block', field('duration', $._expression), optional(field('label', $._string)))),

    if_statement: ($) => prec.right(seq(
      'if', field('condition', $._expression), field('consequence', $.block),
      optional(seq('else', field('alternative', choice($.if_statement, $.block)))),
    )),
    while_statement: ($) => seq('while', field('condition', $._expression), field('body', $.block)),
    loop_statement: ($) => seq('loop', field('body', $.block)),
    for_statement: ($) => seq(
      'for', optional('await'), field('name', $._name), 'in', field('over', $._iterable), field('body', $.block),
    ),
    _iterable: ($) => choice($._expression, $.range),
    range: ($) => prec.right(seq(field('from', $._expression), choice('..', '..='), field('to', $._expression))),
    break_statement: (_) => 'break',
    continue_statement: (_) => 'continue',
    return_statement: ($) => prec.right(seq('return', optional(seq($._same_line, field('value', $._expression))))),

    with_statement: ($) => seq('with', field('object', $._expression), field('body', $.block)),
    group_statement: ($) => seq('group', optional(field('name', $._name)), field('body', $.block)),
    timeout_statement: ($) => prec.right(seq(
      'timeout', field('duration', $._expression), field('body', $.block), optional($.else_clause),
    )),
    scope_statement: ($) => prec.right(1, seq(
      'scope', field('name', $._name), field('body', $.block), optional($.else_clause),
    )),
    else_clause: ($) => seq('else', field('body', $.block)),

    select_statement: ($) => seq('select', '{', repeat(choice($.arm, ';', ',')), '}'),
    arm: ($) => seq(
      choice(
        seq('after', field('duration', $._expression)),
        seq(optional(seq(field('name', $._name), '=')), field('event', $._expression)),
      ),
      '=>',
      field('body', $.block),
    ),

    try_statement: ($) => prec.right(seq(
      'try', field('body', $.block), repeat(choice($.catch_clause, $.finally_clause)),
    )),
    catch_clause: ($) => seq('catch', choice($.cancelled, field('name', $._name)), field('body', $.block)),
    finally_clause: ($) => seq('finally', field('body', $.block)),
    cancelled: (_) => prec(1, 'cancelled'),

    fail_statement: ($) => prec.right(seq('fail', choice($.cancelled, field('value', $._expression)))),
    log_statement: ($) => prec.right(seq('log', field('text', $._expression))),
    observe_statement: ($) => prec.right(seq('observe', field('metric', $._name), ',', field('value', $._expression))),
    assert_statement: ($) => prec.right(seq(
      'assert', field('condition', $._expression), optional(seq(',', field('message', $._expression))),
    )),
    expression_statement: ($) => prec.right(PREC.statement, seq($._expression, optional(field('label', $._string)))),

    // ---- Expressions

    _expression: ($) => choice(
      $._name,
      $.number,
      $.duration,
      $._string,
      $.true,
      $.false,
      $.none,
      $.yield,
      $.list,
      $.parenthesized_expression,
      $.unary_expression,
      $.await_expression,
      $.cancel_expression,
      $.binary_expression,
      $.call_expression,
      $.method_call,
      $.field_expression,
      $.index_expression,
      $.spawn_expression,
    ),

    true: (_) => 'true',
    false: (_) => 'false',
    none: (_) => 'none',
    yield: (_) => 'yield',

    list: ($) => seq('[', comma($._expression), ']'),
    parenthesized_expression: ($) => seq('(', $._expression, ')'),

    unary_expression: ($) => choice(
      prec(PREC.not, seq(field('operator', 'not'), field('operand', $._expression))),
      prec(PREC.prefix, seq(field('operator', '-'), field('operand', $._expression))),
    ),
    await_expression: ($) => prec(PREC.prefix, seq('await', field('value', $._expression))),
    cancel_expression: ($) => prec(PREC.prefix, seq('cancel', field('value', $._expression))),

    binary_expression: ($) => choice(
      ...[
        [PREC.or, 'or'],
        [PREC.and, 'and'],
        [PREC.compare, choice('==', '!=', '<', '<=', '>', '>=')],
        [PREC.bit_or, '|'],
        [PREC.bit_xor, '^'],
        [PREC.bit_and, '&'],
        [PREC.shift, choice('<<', '>>')],
        [PREC.add, choice('+', '-')],
        [PREC.multiply, choice('*', '/', '%')],
      ].map(([precedence, operator]) => prec.left(precedence, seq(
        field('left', $._expression), field('operator', operator), field('right', $._expression),
      ))),
    ),

    call_expression: ($) => prec(PREC.postfix, seq(field('function', $._name), field('arguments', $.arguments))),
    method_call: ($) => prec.right(PREC.postfix, seq(
      field('object', $._expression), '.', field('method', $._member), field('arguments', $.arguments),
    )),
    field_expression: ($) => prec.right(PREC.postfix, seq(field('object', $._expression), '.', field('field', $._member))),
    index_expression: ($) => prec(PREC.postfix, seq(
      field('object', $._expression), '[', field('index', $._expression), ']',
    )),

    arguments: ($) => seq('(', comma($._argument), ')'),
    _argument: ($) => choice($._expression, $.named_argument, $.each_argument),
    named_argument: ($) => seq(field('name', $._member), ':', field('value', $._expression)),
    each_argument: ($) => prec.right(seq(
      field('value', $._expression), 'for', field('name', $._name), 'in', field('over', $._iterable),
    )),

    spawn_expression: ($) => prec.right(PREC.compare, seq(
      'spawn',
      field('task', $._name),
      field('arguments', $.arguments),
      repeat($._spawn_option),
    )),
    _spawn_option: ($) => prec.left(PREC.compare, choice(
      seq('priority', field('priority', $._expression)),
      'daemon',
      seq('on', field('workers', $._expression)),
      seq('in', field('group', $._expression)),
    )),

    // ---- Names, numbers, strings

    // Words of the language in a few places only are names everywhere else.
    _name: ($) => choice(
      $.identifier,
      alias('scope', $.identifier),
      alias('cancelled', $.identifier),
      alias('unbounded', $.identifier),
    ),
    // After a dot every word is a name.
    _member: ($) => $._name,
    identifier: (_) => /[\p{XID_Start}_][\p{XID_Continue}]*/u,

    number: (_) => token(choice(
      /0x[0-9a-fA-F_]+/,
      /[0-9][0-9_]*(\.[0-9][0-9_]*)?([eE][+-]?[0-9]+)?/,
    )),
    duration: (_) => token(prec(1, /([0-9][0-9_]*(\.[0-9][0-9_]*)?(ns|us|ms|min|s|h|d))+/)),

    _string: ($) => choice($.string, $.plain_string),
    string: ($) => seq(
      '"',
      repeat(choice($.string_content, $.escape_sequence, $.interpolation)),
      token.immediate('"'),
    ),
    string_content: (_) => token.immediate(prec(1, /[^"\\{}\n]+/)),
    escape_sequence: (_) => token.immediate(prec(1, /\\[^\n]|\{\{|\}\}/)),
    interpolation: ($) => seq(token.immediate('{'), $._expression, '}'),
    plain_string: (_) => token(/'([^'\\\n]|\\[^\n])*'/),

    comment: (_) => token(choice(
      /\/\/[^\n]*/,
      /\/\*[^*]*\*+([^/*][^*]*\*+)*\//,
    )),
  },
});
