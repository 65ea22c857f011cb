[(block) (task_declaration) (for_statement) (each_argument) (scope_statement) (group_statement) (catch_clause) (arm)] @local.scope

(task_declaration name: (identifier) @local.definition)
(param_declaration name: (identifier) @local.definition)
(shared_declaration name: (identifier) @local.definition)
(metric_declaration name: (identifier) @local.definition)
(object_declaration name: (identifier) @local.definition)
(parameters (identifier) @local.definition)
(let_statement name: (identifier) @local.definition)
(for_statement name: (identifier) @local.definition)
(each_argument name: (identifier) @local.definition)
(group_statement name: (identifier) @local.definition)
(scope_statement name: (identifier) @local.definition)
(catch_clause name: (identifier) @local.definition)
(arm name: (identifier) @local.definition)

(identifier) @local.reference
