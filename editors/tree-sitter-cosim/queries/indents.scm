[(block) (select_statement) (arguments) (list)] @indent.begin @indent
["}" ")" "]"] @indent.branch @indent.end @outdent
