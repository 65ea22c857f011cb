[(block) (select_statement) (comment)] @fold
