; Names of captures are those of Helix, whose first part Neovim and Zed know too; of two, the last is Neovim's.

(comment) @comment

[(string) (plain_string)] @string
(escape_sequence) @constant.character.escape @string.escape
(interpolation ["{" "}"] @punctuation.special)

(number) @constant.numeric @number
(duration) @constant.numeric @number
[(true) (false)] @constant.builtin.boolean @boolean
[(none) (unbounded) (cancelled)] @constant.builtin

; Names, from the plain to the particular.

(identifier) @variable

(param_declaration name: (identifier) @constant)
(object_declaration name: (identifier) @variable.other.object @variable)
(object_kind) @keyword.storage.type @keyword
(object_option) @keyword.storage.modifier @keyword

(task_declaration name: (identifier) @function)
(parameters (identifier) @variable.parameter)
(named_argument name: (identifier) @variable.parameter)

(field_expression field: (identifier) @variable.other.member @property)
(method_call method: (identifier) @function.method)
(call_expression function: (identifier) @function)
(spawn_expression task: (identifier) @function)

((call_expression function: (identifier) @function.builtin)
  (#match? @function.builtin "^(sleep|io|gather|settle|race|as_completed|shield|offload|wait_for|call_soon|call_later|next_tick|immediate|now|id|current_task|future|failed|cancelled|min|max|abs|floor|ceil|round|len|range|str|int|float|ln|sqrt|pow|random|uniform|exponential|normal|lognormal|pareto|choice|poisson)$"))

; Words.

["param" "shared" "metric" "let"] @keyword.storage.type @keyword
["task" "main"] @keyword.function
["work" "block" "await"] @keyword.control @keyword.coroutine
(yield) @keyword.control @keyword.coroutine
["spawn" "cancel" "daemon" "priority" "on"] @keyword.control @keyword.coroutine
["with" "group" "timeout" "scope" "select" "after"] @keyword.control @keyword
["if" "else"] @keyword.control.conditional @keyword.conditional
["while" "loop" "for" "in"] @keyword.control.repeat @keyword.repeat
[(break_statement) (continue_statement)] @keyword.control.repeat @keyword.repeat
"return" @keyword.control.return @keyword.return
["try" "catch" "finally" "fail"] @keyword.control.exception @keyword.exception
["log" "observe" "assert"] @keyword
["and" "or" "not"] @keyword.operator

; Signs.

["=" "==" "!=" "<" "<=" ">" ">=" "|" "^" "&" "<<" ">>" "+" "-" "*" "/" "%" ".." "..=" "=>"] @operator
["{" "}" "(" ")" "[" "]"] @punctuation.bracket
["," ";" ":" "."] @punctuation.delimiter
