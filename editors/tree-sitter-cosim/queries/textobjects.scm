(task_declaration body: (block) @function.inside @function.inner) @function.around @function.outer
(main_declaration body: (block) @function.inside @function.inner) @function.around @function.outer
(parameters (identifier) @parameter.inside @parameter.inner)
(comment) @comment.inside @comment.around @comment.outer
